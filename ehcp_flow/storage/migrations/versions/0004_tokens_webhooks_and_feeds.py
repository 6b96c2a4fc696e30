"""Tokens of the API, answers to be given again, webhooks with their messages, calendar feeds."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "api_token",
        _text("id"),
        _text("username"),
        _text("label"),
        _text("secret_hash"),
        _text("scopes"),
        _moment("created_at", nullable=False),
        _text("created_by"),
        sa.Column("expires_on", sa.Date(), nullable=False),
        _moment("last_used_at"),
        _moment("revoked_at"),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_api_token_username_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_token_secret_hash")),
    )
    op.create_index(op.f("ix_api_token_username"), "api_token", ["username"], unique=False)
    op.create_table(
        "given_answer",
        _text("token_id"),
        _text("key"),
        _text("request_hash"),
        sa.Column("status", sa.Integer(), nullable=False),
        _text("location"),
        sa.Column("body", sa.Text(), nullable=False),
        _text("body_hash"),
        _moment("given_at", nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_given_answer_token_id_api_token")),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_given_answer")),
    )
    op.create_index(op.f("ix_given_answer_given_at"), "given_answer", ["given_at"], unique=False)
    op.create_table(
        "webhook",
        _text("id"),
        _text("url"),
        _text("label"),
        _text("kinds"),
        _text("secret"),
        _moment("created_at", nullable=False),
        _text("created_by"),
        _moment("removed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "webhook_delivery",
        _text("id"),
        _text("webhook_id"),
        sa.Column("body", sa.Text(), nullable=False),
        _moment("created_at", nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("next_try_at"),
        _moment("delivered_at"),
        _moment("given_up_at"),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(op.f("ix_webhook_delivery_webhook_id"), "webhook_delivery", ["webhook_id"], unique=False)
    op.create_table(
        "calendar_feed",
        _text("id"),
        _text("officer"),
        _text("label"),
        _text("secret_hash"),
        _moment("created_at", nullable=False),
        _moment("last_used_at"),
        _moment("revoked_at"),
        sa.ForeignKeyConstraint(["officer"], ["officer.username"], name=op.f("fk_calendar_feed_officer_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_officer"), "calendar_feed", ["officer"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_calendar_feed_officer"), table_name="calendar_feed")
    op.drop_table("calendar_feed")
    op.drop_index(op.f("ix_webhook_delivery_webhook_id"), table_name="webhook_delivery")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_index(op.f("ix_given_answer_given_at"), table_name="given_answer")
    op.drop_table("given_answer")
    op.drop_index(op.f("ix_api_token_username"), table_name="api_token")
    op.drop_table("api_token")
