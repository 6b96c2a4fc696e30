"""What the API is sent, checked at the door: kinds, lengths, days that can be, and nothing that is not asked for."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Header, Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ehcp_flow.analytics.figure_request import By
from ehcp_flow.today import EARLIEST, LATEST


def _plain(text: str) -> str:
    """Refuse characters that no database keeps and no person types."""
    if any(ord(letter) < ord(" ") and letter not in "\n\r\t" for letter in text) or not _is_unicode(text):
        raise ValueError("holds a character that cannot be kept")
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _written_as(pattern: re.Pattern[str], says: str) -> BeforeValidator:
    """Only what is written so: pydantic alone would take the number 0 for 1 January 1970."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not pattern.match(value):
            raise ValueError(says)
        return value

    return BeforeValidator(check, json_schema_input_type=str)


def _possible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"must be a day from {EARLIEST} to {LATEST}")
    return day


def _possible_moment(moment: datetime) -> datetime:
    _possible(moment.date())
    return moment


_AS_DAY = _written_as(re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII), "must be a day, such as 2026-09-01")
_AS_MOMENT = _written_as(
    re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:", re.ASCII), "must be a moment with its offset, such as 2026-09-01T09:00:00Z"
)
Day = Annotated[date, AfterValidator(_possible), _AS_DAY, WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[
    AwareDatetime,
    AfterValidator(_possible_moment),
    _AS_MOMENT,
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Word = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain)]
Text = Annotated[str, Field(max_length=2_000), AfterValidator(_plain)]
Note = Annotated[str, Field(max_length=5_000), AfterValidator(_plain)]
Details = Annotated[dict[Word, Text], Field(max_length=30)]

CaseRef = Annotated[str, Path(description="The case's reference.", examples=["NA-2026-0042"], max_length=100)]
FigureName = Annotated[str, Path(description="The figure's name.", max_length=100)]
EntryNumber = Annotated[int, Path(description="The number of the entry.", ge=1, le=1_000_000)]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Any text of your own, new for each request. Sent again with the same request, nothing is "
        "written twice and the first answer is given again.",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description='The case\'s ETag as you read it (or its number of entries, `"7"`): where there are newer entries, '
        "nothing is written and 412 is answered.",
        max_length=200,
    ),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DayAsked(_Body):
    """For which day, and as far as was known when."""

    as_of: Day | None = Field(
        None, description="The day to judge for. Today, if it is not given.", examples=["2026-09-01"]
    )
    known_at: Moment | None = Field(
        None, description="Only what was recorded by this moment (with its offset).", examples=["2026-09-01T09:00:00Z"]
    )


class _List(_Body):
    """What every list is asked: a page of how many lines, and after which. A mistyped question is refused."""

    cursor: str | None = Field(None, description="`next` of the page before.", max_length=1_000)
    limit: int = Field(100, description="How many lines a page has.", ge=1, le=500)


class CasesAsked(_List):
    """Which cases are listed."""

    workflow: Word | None = Field(None, description="Only of this process.", examples=["needs_assessment"])
    team: Word | None = Field(None, description="Only this team's.")
    officer: Word | None = Field(None, description="Only those this officer holds.")
    state: Word | None = Field(None, description="Only those that stand there.", examples=["assessing"])
    person_ref: Word | None = Field(None, description="Only about this person.")
    ended: bool | None = Field(None, description="Only those that have ended, or that have not.")


class BreachesAsked(_List):
    """Which broken limits are listed."""

    as_of: Day | None = Field(None, description="The day to judge for. Today, if it is not given.")
    workflow: Word | None = Field(None, description="Only of this process.")
    team: Word | None = Field(None, description="Only this team's.")
    officer: Word | None = Field(None, description="Only of cases this officer holds.")
    clock: Word | None = Field(None, description="Only this clock.", examples=["finalise_plan"])
    basis: Literal["law", "guidance", "local"] | None = Field(None, description="Only what stands on this.")
    ended: bool = Field(True, description="Also those of cases that have ended.")


class DueAsked(BreachesAsked):
    """Which open limits are listed."""

    until: Day | None = Field(None, description="Due by this day; four weeks after `as_of` if not given.")
    ended: bool = Field(False, description="Also those of cases that have ended.")


class PeriodAsked(DayAsked):
    """A period, and the day to judge it for."""

    from_: Day | None = Field(None, alias="from", description="First day; 1 January of the same year if not given.")
    to: Day | None = Field(None, description="Last day; `as_of` if not given.")


class KpisAsked(PeriodAsked):
    """Which figures of the workflow files are reckoned."""

    workflow: Word | None = Field(None, description="Only those of this process.")
    kpi: Word | None = Field(None, description="Only this one.")


class FigureAsked(PeriodAsked):
    """Of what, and how divided, a figure is reckoned."""

    by: By | None = Field(None, description="How it is divided; a figure that cannot be is given undivided.")
    team: Word | None = Field(None, description="Of this team's cases only.")
    officer: Word | None = Field(None, description="Of this officer's cases only.")
    published: bool = Field(False, description="true: small numbers are taken out, as for publication.")


class ObservationsAsked(DayAsked):
    """Which observations, in which form."""

    format: Literal["json", "csv", "parquet"] = Field("json", description="How it is written.")
    workflow: Word | None = Field(None, description="Only of this process.")
    clock: Word | None = Field(None, description="Only this clock.")


class PersonSent(_Body):
    """A child or young person to be added with the case."""

    given_name: Word = Field(examples=["Robin"])
    family_name: Word = Field(examples=["Example"])
    date_of_birth: Day | None = Field(None, examples=["2017-05-14"])
    upn: Word | None = Field(None, description="Unique pupil number.")
    sex: Word | None = None
    postcode: Word | None = None
    looked_after: bool = Field(False, description="true: looked after by an authority.")


class CaseSent(_Body):
    """A case to be opened by the event that begins it."""

    workflow: Word = Field(examples=["needs_assessment"])
    event: Word = Field(examples=["request_received"])
    happened_on: Day = Field(description="The day it happened, in England.", examples=["2026-09-01"])
    details: Details = Field(
        default_factory=dict,
        description="Details that the event asks, see GET /workflows.",
        examples=[{"source": "parent"}],
    )
    case_ref: Word | None = Field(None, description="Your own reference; without it the next free one is taken.")
    person: PersonSent | None = None
    person_ref: Word | None = Field(None, description="Somebody who is known already, in the place of `person`.")
    officer: Word | None = Field(None, description="Who is to hold it.")
    team: Word | None = Field(None, description="Whose it is to be.")
    follows: Word | None = Field(None, description="The case that this one follows on from.")
    note: Note | None = None


class EventSent(_Body):
    """Something that happened in a case."""

    event: Word = Field(examples=["assessment_agreed"])
    happened_on: Day = Field(description="The day it happened, in England.", examples=["2026-10-01"])
    details: Details = Field(default_factory=dict, description="Details that the event asks, see GET /workflows.")
    note: Note | None = None
    override: Text | None = Field(None, description="Why it is recorded although it is out of order.")


class CorrectionSent(_Body):
    """What is right in the place of an entry; or that it never was."""

    happened_on: Day | None = Field(None, description="The right day.")
    details: Details = Field(default_factory=dict, description="The right details; others stay as they are.")
    retract: bool = Field(False, description="true: it never was.")
    reason: Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_plain)] = Field(
        description="Why it is corrected. Kept with the entry.", examples=["Wrong day typed"]
    )
    override: Text | None = None
