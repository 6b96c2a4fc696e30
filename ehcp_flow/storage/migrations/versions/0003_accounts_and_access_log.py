"""Accounts, sessions, and who looked at which case: append-only, like the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SAYS = "the access log is append-only"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("teams", sa.JSON(), nullable=False),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("sees_names", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officer.username"], name=op.f("fk_account_officer_officer")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_account")),
        sa.UniqueConstraint("subject", name=op.f("uq_account_subject")),
    )
    op.create_table(
        "web_session",
        sa.Column("id_hash", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_web_session_username_account")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_username"), "web_session", ["username"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_sign_in_link_username_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_link")),
    )
    op.create_index(op.f("ix_sign_in_link_username"), "sign_in_link", ["username"], unique=False)
    op.create_table(
        "sign_in_tries",
        sa.Column("counted_for", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("counted_for", name=op.f("pk_sign_in_tries")),
    )
    op.create_table(
        "known_device",
        sa.Column("device_hash", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_known_device_username_account")),
        sa.PrimaryKeyConstraint("device_hash", "username", name=op.f("pk_known_device")),
    )
    op.create_table(
        "access_log",
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_ref"], ["cases.case_ref"], name=op.f("fk_access_log_case_ref_cases")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_case_ref"), "access_log", ["case_ref"], unique=False)
    op.create_index(op.f("ix_access_log_username"), "access_log", ["username"], unique=False)
    op.create_table(
        "break_glass",
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["cases.case_ref"], name=op.f("fk_break_glass_case_ref_cases")),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_break_glass_username_account")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_break_glass")),
    )
    op.create_index(op.f("ix_break_glass_username"), "break_glass", ["username"], unique=False)
    for statement in _guards():
        op.execute(statement)


def _guards() -> list[str]:
    if op.get_bind().dialect.name == "sqlite":
        refusal = f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        return [
            f"CREATE TRIGGER access_log_no_update BEFORE UPDATE ON access_log {refusal}",
            f"CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log {refusal}",
        ]
    function = f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$"
    when = "BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log FOR EACH STATEMENT"
    return [
        f"CREATE FUNCTION access_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS {function}",
        f"CREATE TRIGGER access_log_append_only {when} EXECUTE FUNCTION access_log_is_append_only()",
    ]


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER access_log_no_update")
        op.execute("DROP TRIGGER access_log_no_delete")
    else:
        op.execute("DROP TRIGGER access_log_append_only ON access_log")
        op.execute("DROP FUNCTION access_log_is_append_only()")
    op.drop_index(op.f("ix_break_glass_username"), table_name="break_glass")
    op.drop_table("break_glass")
    op.drop_index(op.f("ix_access_log_username"), table_name="access_log")
    op.drop_index(op.f("ix_access_log_case_ref"), table_name="access_log")
    op.drop_table("access_log")
    op.drop_table("known_device")
    op.drop_table("sign_in_tries")
    op.drop_index(op.f("ix_sign_in_link_username"), table_name="sign_in_link")
    op.drop_table("sign_in_link")
    op.drop_index(op.f("ix_web_session_username"), table_name="web_session")
    op.drop_table("web_session")
    op.drop_table("account")
