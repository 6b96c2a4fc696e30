"""What rests in the database. The journal is the truth; standings and clocks are a cache `ehcp rebuild` remakes.

Codes are strings with our own checks, never database enums. Table models do not validate: what enters
was checked by the services.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Index, Table, Text, false, true
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcMoment(TypeDecorator[datetime]):
    """A moment, aware and UTC in Python whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Store UTC; SQLite keeps no zone, so it gets none."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 SQLAlchemy's signature
        """Give back an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Team(SQLModel, table=True):
    """A team of officers."""

    __tablename__ = "team"
    name: str = Field(primary_key=True)


class Officer(SQLModel, table=True):
    """Somebody who holds cases."""

    __tablename__ = "officer"
    username: str = Field(primary_key=True)
    name: str
    team: str | None = Field(default=None, foreign_key="team.name")
    works_on: str = Field(default="mon tue wed thu fri", sa_column_kwargs={"server_default": "mon tue wed thu fri"})


class Absence(SQLModel, table=True):
    """Days an officer is away, and who looks after their cases meanwhile. The reason is nobody's business here."""

    __tablename__ = "absence"
    officer: str = Field(primary_key=True, foreign_key="officer.username")
    first_day: date = Field(primary_key=True)
    last_day: date
    cover: str | None = Field(default=None, foreign_key="officer.username")


class Person(SQLModel, table=True):
    """A child or young person. Special-category data: never in logs, addresses or notices."""

    __tablename__ = "person"
    person_ref: str = Field(primary_key=True)
    given_name: str = ""
    family_name: str = Field(default="", index=True)
    date_of_birth: date | None = Field(default=None, index=True)
    upn: str | None = Field(default=None, index=True)
    nhs_number: str | None = None
    sex: str | None = None
    postcode: str | None = None
    looked_after: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    flags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Plan(SQLModel, table=True):
    """An EHC plan, which outlives many cases."""

    __tablename__ = "plan"
    plan_ref: str = Field(primary_key=True)
    person_ref: str = Field(foreign_key="person.person_ref", index=True)
    first_made_on: date | None = None
    ceased_on: date | None = None


class Case(SQLModel, table=True):
    """One run of one workflow for one child or young person: the facts that do not change."""

    __tablename__ = "cases"
    case_ref: str = Field(primary_key=True)
    workflow: str = Field(index=True)
    person_ref: str | None = Field(default=None, foreign_key="person.person_ref", index=True)
    plan_ref: str | None = Field(default=None, foreign_key="plan.plan_ref", index=True)
    authority: str = ""
    follows: str | None = Field(default=None, foreign_key="cases.case_ref")


class JournalEntry(SQLModel, table=True):
    """A dated fact, never changed or removed: triggers refuse both. `hash` covers the entry and `prev_hash`."""

    __tablename__ = "journal"
    __table_args__ = {"sqlite_with_rowid": False}
    case_ref: str = Field(primary_key=True, foreign_key="cases.case_ref")
    seq: int = Field(primary_key=True)
    name: str
    happened_on: date
    recorded_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    recorded_by: str
    details: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    note: str | None = Field(default=None, sa_column=Column(Text))
    corrects: int | None = None
    prev_hash: str
    hash: str


class Standing(SQLModel, table=True):
    """Where a case stands: derived, remade by rebuild."""

    __tablename__ = "standing"
    case_ref: str = Field(primary_key=True, foreign_key="cases.case_ref")
    state: str
    is_ended: bool
    opened_on: date
    last_happened_on: date = Field(index=True)
    last_seq: int
    findings: int
    officer: str | None = Field(default=None, index=True)
    team: str | None = Field(default=None, index=True)


class ClockRow(SQLModel, table=True):
    """A clock of a case: derived, remade by rebuild.

    `is_open` marks a limit that is not met, not dropped and can be broken by time alone: what due lists
    and the nightly sweep read, by an index that covers them.
    """

    __tablename__ = "clock"
    __table_args__ = {"sqlite_with_rowid": False}
    case_ref: str = Field(primary_key=True, foreign_key="cases.case_ref")
    clock: str = Field(primary_key=True)
    subject: str = Field(primary_key=True, default="")
    period: int = Field(primary_key=True)
    workflow: str
    kind: str
    basis: str
    started_on: date
    due_on: date
    warn_on: date
    stopped_on: date | None = None
    dropped_on: date | None = None
    stop_event: str | None = None
    is_excepted: bool
    exception: str | None = None
    is_open: bool
    in_ended_case: bool
    officer: str | None = None
    team: str | None = None


_LISTED = (
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
    "is_open",  # the same in every row of these indexes, but SQLite before 3.43 would look in the table for it
)


def _index_of_open_clocks(name: str, *days: str) -> Index:
    """An index of open limits by a day, with every column that lists and the nightly sweep read."""
    is_open = ClockRow.is_open == true()
    columns = [getattr(ClockRow, column) for column in (*days, *_LISTED)]
    return Index(name, *columns, sqlite_where=is_open, postgresql_where=is_open)


_index_of_open_clocks("ix_clock_open_by_due_date", "due_on")
_index_of_open_clocks("ix_clock_open_by_warning_date", "warn_on", "due_on")


class Flag(SQLModel, table=True):
    """Our note on a clock: it came near its limit (`near`), broke it (`breach`), or had not after all (`cleared`).

    Kept for good, because people were told. `turn` counts the flags of one clock: its last one stands.
    """

    __tablename__ = "flag"
    case_ref: str = Field(primary_key=True, foreign_key="cases.case_ref")
    clock: str = Field(primary_key=True)
    subject: str = Field(primary_key=True, default="")
    period: int = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    kind: str
    due_on: date
    noticed_on: date = Field(index=True)
    workflow_version: str


class Run(SQLModel, table=True):
    """A night's work done: one row for each job and business date."""

    __tablename__ = "run"
    job: str = Field(primary_key=True)
    business_date: date = Field(primary_key=True)
    finished_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    report: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Notice(SQLModel, table=True):
    """A message to be sent, written with the flags it tells of and sent after. `key` makes it one, however often tried.

    It names cases by reference only: no child's name is in it.
    """

    __tablename__ = "notice"
    key: str = Field(primary_key=True)
    kind: str
    recipient: str = Field(index=True)
    business_date: date
    subject: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    html: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    given_up_at: datetime | None = Field(default=None, sa_column=Column(UtcMoment))
    trouble: str | None = Field(default=None, sa_column=Column(Text))


def sql_table(model: type[SQLModel]) -> Table:
    """The SQL table under a model, for set-wise statements."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
