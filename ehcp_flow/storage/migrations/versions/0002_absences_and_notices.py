"""Working days and absences of officers, and notices waiting to be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FULL_WEEK = "mon tue wed thu fri"


def upgrade() -> None:
    with op.batch_alter_table("officer") as officer:
        officer.add_column(sa.Column("works_on", sa.String(), nullable=False, server_default=_FULL_WEEK))
    op.create_table(
        "absence",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("cover", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["officer"], ["officer.username"], name=op.f("fk_absence_officer_officer")),
        sa.ForeignKeyConstraint(["cover"], ["officer.username"], name=op.f("fk_absence_cover_officer")),
        sa.PrimaryKeyConstraint("officer", "first_day", name=op.f("pk_absence")),
    )
    op.create_table(
        "notice",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_recipient"), "notice", ["recipient"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_notice_recipient"), table_name="notice")
    op.drop_table("notice")
    op.drop_table("absence")
    with op.batch_alter_table("officer") as officer:
        officer.drop_column("works_on")
