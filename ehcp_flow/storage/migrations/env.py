"""How Alembic runs our migrations: on the connection it is given."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import ehcp_flow.storage.account_tables
import ehcp_flow.storage.api_tables
import ehcp_flow.storage.search_tables
import ehcp_flow.storage.tables  # noqa: F401 makes the models known to SQLModel

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
