"""What lets other programs in, and what tells them: tokens, answers to be given again, webhooks, calendar feeds.

Of a secret that lets somebody in only its SHA-256 is kept. A webhook's secret is kept as it is: we sign with it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from ehcp_flow.storage.tables import UtcMoment


class ApiToken(SQLModel, table=True):
    """A token by which a program acts for an account, within `scopes` (words with spaces between)."""

    __tablename__ = "api_token"
    id: str = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", index=True)
    label: str
    secret_hash: str = Field(unique=True)
    scopes: str
    created_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    created_by: str
    expires_on: date
    last_used_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))


class GivenAnswer(SQLModel, table=True):
    """The answer to a write that came with an Idempotency-Key, to be given again instead of writing twice."""

    __tablename__ = "given_answer"
    token_id: str = Field(primary_key=True, foreign_key="api_token.id")
    key: str = Field(primary_key=True)
    request_hash: str
    status: int
    location: str = ""
    body: str = Field(sa_column=Column(Text, nullable=False))
    body_hash: str
    given_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False, index=True))


class Webhook(SQLModel, table=True):
    """An address that is told of new flags of some `kinds` (words with spaces between)."""

    __tablename__ = "webhook"
    id: str = Field(primary_key=True)
    url: str
    label: str
    kinds: str
    secret: str
    created_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    created_by: str
    removed_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))


class WebhookDelivery(SQLModel, table=True):
    """A message to a webhook, written with the flag it tells of and sent after; `id` stays, however often it is tried.

    It names the case by reference only: no child's name is in it.
    """

    __tablename__ = "webhook_delivery"
    id: str = Field(primary_key=True)
    webhook_id: str = Field(foreign_key="webhook.id", index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    delivered_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    given_up_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    trouble: str | None = Field(default=None, sa_column=Column(Text))


class CalendarFeed(SQLModel, table=True):
    """A secret address at which an officer's due dates can be read as a calendar."""

    __tablename__ = "calendar_feed"
    id: str = Field(primary_key=True)
    officer: str = Field(foreign_key="officer.username", index=True)
    label: str
    secret_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    last_used_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
