"""The first tables, and the triggers that keep the journal append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_CLOCK_INDEXES = {"ix_clock_open_by_due_date": ["due_on"], "ix_clock_open_by_warning_date": ["warn_on", "due_on"]}
_LISTED = [
    "officer",
    "team",
    "case_ref",
    "clock",
    "subject",
    "period",
    "workflow",
    "basis",
    "started_on",
    "is_excepted",
    "in_ended_case",
    "is_open",
]
_SAYS = "the journal is append-only: correct an entry by a further one"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("person_ref", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("upn", sa.String(), nullable=True),
        sa.Column("nhs_number", sa.String(), nullable=True),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("looked_after", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("person_ref", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_family_name"), "person", ["family_name"], unique=False)
    op.create_index(op.f("ix_person_upn"), "person", ["upn"], unique=False)
    op.create_table(
        "run",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("job", "business_date", name=op.f("pk_run")),
    )
    op.create_table(
        "team",
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_team")),
    )
    op.create_table(
        "officer",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["team"], ["team.name"], name=op.f("fk_officer_team_team")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_officer")),
    )
    op.create_table(
        "plan",
        sa.Column("plan_ref", sa.String(), nullable=False),
        sa.Column("person_ref", sa.String(), nullable=False),
        sa.Column("first_made_on", sa.Date(), nullable=True),
        sa.Column("ceased_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_ref"], ["person.person_ref"], name=op.f("fk_plan_person_ref_person")),
        sa.PrimaryKeyConstraint("plan_ref", name=op.f("pk_plan")),
    )
    op.create_index(op.f("ix_plan_person_ref"), "plan", ["person_ref"], unique=False)
    op.create_table(
        "cases",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("person_ref", sa.String(), nullable=True),
        sa.Column("plan_ref", sa.String(), nullable=True),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("follows", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["follows"], ["cases.case_ref"], name=op.f("fk_cases_follows_cases")),
        sa.ForeignKeyConstraint(["person_ref"], ["person.person_ref"], name=op.f("fk_cases_person_ref_person")),
        sa.ForeignKeyConstraint(["plan_ref"], ["plan.plan_ref"], name=op.f("fk_cases_plan_ref_plan")),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_person_ref"), "cases", ["person_ref"], unique=False)
    op.create_index(op.f("ix_cases_plan_ref"), "cases", ["plan_ref"], unique=False)
    op.create_index(op.f("ix_cases_workflow"), "cases", ["workflow"], unique=False)
    op.create_table(
        "clock",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("warn_on", sa.Date(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.Column("stop_event", sa.String(), nullable=True),
        sa.Column("is_excepted", sa.Boolean(), nullable=False),
        sa.Column("exception", sa.String(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("in_ended_case", sa.Boolean(), nullable=False),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_ref"], ["cases.case_ref"], name=op.f("fk_clock_case_ref_cases")),
        sa.PrimaryKeyConstraint("case_ref", "clock", "subject", "period", name=op.f("pk_clock")),
        sqlite_with_rowid=False,
    )
    for name, days in _CLOCK_INDEXES.items():
        op.create_index(
            name,
            "clock",
            [*days, *_LISTED],
            unique=False,
            sqlite_where=sa.text("is_open = 1"),
            postgresql_where=sa.text("is_open"),
        )
    op.create_table(
        "flag",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("workflow_version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["cases.case_ref"], name=op.f("fk_flag_case_ref_cases")),
        sa.PrimaryKeyConstraint("case_ref", "clock", "subject", "period", "turn", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_noticed_on"), "flag", ["noticed_on"], unique=False)
    op.create_table(
        "journal",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["cases.case_ref"], name=op.f("fk_journal_case_ref_cases")),
        sa.PrimaryKeyConstraint("case_ref", "seq", name=op.f("pk_journal")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "standing",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_ended", sa.Boolean(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("last_happened_on", sa.Date(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_ref"], ["cases.case_ref"], name=op.f("fk_standing_case_ref_cases")),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_standing")),
    )
    op.create_index(op.f("ix_standing_last_happened_on"), "standing", ["last_happened_on"], unique=False)
    op.create_index(op.f("ix_standing_officer"), "standing", ["officer"], unique=False)
    op.create_index(op.f("ix_standing_team"), "standing", ["team"], unique=False)
    for statement in _guards():
        op.execute(statement)


def _guards() -> list[str]:
    if op.get_bind().dialect.name == "sqlite":
        refusal = f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        return [
            f"CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal {refusal}",
            f"CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal {refusal}",
        ]
    function = f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$"
    when = "BEFORE UPDATE OR DELETE OR TRUNCATE ON journal FOR EACH STATEMENT"
    return [
        f"CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS {function}",
        f"CREATE TRIGGER journal_append_only {when} EXECUTE FUNCTION journal_is_append_only()",
    ]


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER journal_no_update")
        op.execute("DROP TRIGGER journal_no_delete")
    else:
        op.execute("DROP TRIGGER journal_append_only ON journal")
        op.execute("DROP FUNCTION journal_is_append_only()")
    op.drop_index(op.f("ix_standing_team"), table_name="standing")
    op.drop_index(op.f("ix_standing_officer"), table_name="standing")
    op.drop_index(op.f("ix_standing_last_happened_on"), table_name="standing")
    op.drop_table("standing")
    op.drop_table("journal")
    op.drop_index(op.f("ix_flag_noticed_on"), table_name="flag")
    op.drop_table("flag")
    for name in _CLOCK_INDEXES:
        op.drop_index(name, table_name="clock")
    op.drop_table("clock")
    op.drop_index(op.f("ix_cases_workflow"), table_name="cases")
    op.drop_index(op.f("ix_cases_plan_ref"), table_name="cases")
    op.drop_index(op.f("ix_cases_person_ref"), table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_plan_person_ref"), table_name="plan")
    op.drop_table("plan")
    op.drop_table("officer")
    op.drop_table("team")
    op.drop_table("run")
    op.drop_index(op.f("ix_person_upn"), table_name="person")
    op.drop_index(op.f("ix_person_family_name"), table_name="person")
    op.drop_table("person")
