"""People by the words of their names and by date of birth; those who are there already are indexed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "name_word",
        sa.Column("word", _WORD, nullable=False),
        sa.Column("person_ref", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_ref"], ["person.person_ref"], name=op.f("fk_name_word_person_ref_person")),
        sa.PrimaryKeyConstraint("word", "person_ref", name=op.f("pk_name_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_name_word_person_ref"), "name_word", ["person_ref"], unique=False)
    op.create_table(
        "name_slip",
        sa.Column("slip", _WORD, nullable=False),
        sa.Column("word", _WORD, nullable=False),
        sa.PrimaryKeyConstraint("slip", "word", name=op.f("pk_name_slip")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_name_slip_word"), "name_slip", ["word"], unique=False)
    op.create_index(op.f("ix_person_date_of_birth"), "person", ["date_of_birth"], unique=False)
    _index_people()


def _index_people() -> None:
    from ehcp_flow.storage import name_index

    name_index.rebuild(op.get_bind())


def downgrade() -> None:
    op.drop_index(op.f("ix_person_date_of_birth"), table_name="person")
    op.drop_table("name_slip")
    op.drop_table("name_word")
