"""Who may sign in, their sessions, and who looked at which case. Tokens are kept as hashes only.

The access log is append-only: triggers refuse any change, as for the journal.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

from ehcp_flow.storage.tables import UtcMoment


def _moment(*, nullable: bool = False) -> Column[datetime]:
    return Column(UtcMoment, nullable=nullable)


class Account(SQLModel, table=True):
    """Somebody who may sign in. `teams` empty means their officer's own team; `["*"]` means every team.

    `subject` is who they are to the sign-on provider, as issuer and subject.
    """

    __tablename__ = "account"
    username: str = Field(primary_key=True)
    name: str
    role: str
    teams: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    officer: str | None = Field(default=None, foreign_key="officer.username")
    provider: str | None = None
    is_active: bool = True
    sees_names: bool = False
    password_hash: str | None = None
    subject: str | None = Field(default=None, unique=True)
    created_at: datetime = Field(sa_column=_moment())


class WebSession(SQLModel, table=True):
    """A person signed in at one browser. `messages` wait to be shown on the next page."""

    __tablename__ = "web_session"
    id_hash: str = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", index=True)
    csrf: str
    created_at: datetime = Field(sa_column=_moment())
    last_seen_at: datetime = Field(sa_column=_moment())
    messages: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class SignInLink(SQLModel, table=True):
    """A link that works once, to choose a password."""

    __tablename__ = "sign_in_link"
    token_hash: str = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", index=True)
    expires_at: datetime = Field(sa_column=_moment())


class SignInTries(SQLModel, table=True):
    """Failed tries to sign in that count together: from one address, for one account, on one device."""

    __tablename__ = "sign_in_tries"
    counted_for: str = Field(primary_key=True)
    failures: int
    last_failed_at: datetime = Field(sa_column=_moment())


class KnownDevice(SQLModel, table=True):
    """A browser at which somebody signed in before, so that strangers' failures do not keep them out."""

    __tablename__ = "known_device"
    device_hash: str = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", primary_key=True)
    last_used_at: datetime = Field(sa_column=_moment())


class Access(SQLModel, table=True):
    """Somebody saw a case: never changed or removed. `entry` sorts by time."""

    __tablename__ = "access_log"
    entry: str = Field(primary_key=True)
    username: str = Field(index=True)
    at: datetime = Field(sa_column=_moment())
    case_ref: str = Field(foreign_key="cases.case_ref", index=True)
    what: str
    reason: str | None = Field(default=None, sa_column=Column(Text))


class BreakGlass(SQLModel, table=True):
    """Leave to see a case of another team for a while, and the reason that was given."""

    __tablename__ = "break_glass"
    entry: str = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", index=True)
    case_ref: str = Field(foreign_key="cases.case_ref")
    reason: str = Field(sa_column=Column(Text, nullable=False))
    granted_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())
