"""The mapping file: what each column of a council's tracker is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from ehcp_flow.law.read_yaml import YamlFile

Path_ = tuple[str | int, ...]
Reference = tuple[Path_, str]
"""Where the mapping names a column, and the name: its heading, or `column G`."""


class Strict(BaseModel):
    """The manner of the mapping file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Value(Strict):
    """Where a value comes from: a column as it is, a column whose codes are translated, or always the same.

    In the file: `Heading`, `{column: Heading, is: {SH: school_closed}}` or `{always: Exampleshire}`.
    """

    column: str | None = None
    is_: dict[str, str] | None = Field(None, alias="is")
    always: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return {"column": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _one_source(self) -> Value:
        if (self.column is None) == (self.always is None):
            raise ValueError("needs either `column:` or `always:`, not both.")
        if self.is_ is not None and self.column is None:
            raise ValueError("`is:` translates the codes of a column, so it needs `column:`.")
        return self


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str | dict) else value


def _as_pair(value: Any) -> Any:
    return (value, value) if isinstance(value, str | int) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Rows = Annotated[tuple[int, int], BeforeValidator(_as_pair)]


class EventColumns(Strict):
    """One event of a wide tracker: the column of its date, its details, and when the date means this event.

    `when` names columns and the answers that must stand there; all of them must hold.
    """

    date: str
    details: dict[str, Value] = {}
    when: dict[str, Texts] = {}

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return {"date": data} if isinstance(data, str) else data


class Person(Strict):
    """The child or young person. `name` is for trackers that keep the whole name in one column."""

    given_name: Value | None = None
    family_name: Value | None = None
    name: Value | None = None
    reference: Value | None = None
    date_of_birth: str | None = None
    upn: Value | None = None
    nhs_number: Value | None = None
    sex: Value | None = None
    postcode: Value | None = None
    looked_after: Value | None = None


class Mapping(Strict):
    """What both layouts have. Lines of the file stay known, so that later mistakes can point to them."""

    workflow: str
    sheet: str | None = None
    headings_in_row: Rows | None = None
    case: Texts
    prefix: str = ""
    authority: Value | None = None
    person: Person = Person()
    officer: Value | None = None
    team: Value | None = None
    ignore: Texts = ()

    _file: YamlFile = PrivateAttr(default_factory=lambda: YamlFile("mapping"))

    @property
    def file(self) -> YamlFile:
        """The file it was read from, with the line of every part."""
        return self._file

    def references(self) -> Iterator[Reference]:
        """Every column that the mapping reads, with the place where it is named."""
        for number, reference in enumerate(self.case):
            yield ("case", number), reference
        for key in ("authority", "officer", "team"):
            yield from _of_value((key,), getattr(self, key))
        for key in Person.model_fields:
            value = getattr(self.person, key)
            yield from _of_value(("person", key), Value(column=value) if isinstance(value, str) else value)


class WideMapping(Mapping):
    """A tracker with one row a case and a column for each date."""

    layout: Literal["wide"] = "wide"
    events: dict[str, Annotated[tuple[EventColumns, ...], BeforeValidator(_as_tuple)]]

    def references(self) -> Iterator[Reference]:
        yield from super().references()
        for name, all_columns in self.events.items():
            for number, columns in enumerate(all_columns):
                place: Path_ = ("events", name, number)
                yield (*place, "date"), columns.date
                yield from _of_values((*place, "details"), columns.details)
                for heading in columns.when:
                    yield (*place, "when", heading), heading


class LongMapping(Mapping):
    """A list with one row an event: a column names the event, another has its date."""

    layout: Literal["long"]
    event: str
    date: str
    event_names: dict[str, str] = {}
    ignore_events: Texts = ()
    details: dict[str, Value] = {}

    def references(self) -> Iterator[Reference]:
        yield from super().references()
        yield ("event",), self.event
        yield ("date",), self.date
        yield from _of_values(("details",), self.details)


def written_at(file: YamlFile, place: Path_) -> Path_:
    """Where in the file a part stands that may have been written in short: one event instead of a list of one."""
    path: Path_ = ()
    for part in place:
        if (*path, part) in file.places:
            path = (*path, part)
        elif isinstance(part, str):
            break
    return path


def _of_values(place: Path_, values: dict[str, Value]) -> Iterator[Reference]:
    for key, value in values.items():
        yield from _of_value((*place, key), value)


def _of_value(place: Path_, value: Value | None) -> Iterator[Reference]:
    if value is not None and value.column is not None:
        yield (*place, "column"), value.column
