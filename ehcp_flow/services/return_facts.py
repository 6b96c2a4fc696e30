"""What the cover of a monthly return says: from which records, by which law, and how far the data can be trusted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow import __version__
from ehcp_flow.engine.words import plain_date
from ehcp_flow.law.check import unverified
from ehcp_flow.returns.facts import Facts, Inputs, LawFile, short
from ehcp_flow.settings import shipped_workflows
from ehcp_flow.storage.journal_heads import heads_known_at

if TYPE_CHECKING:
    import polars as pl

    from ehcp_flow.analytics.figure_request import FigureRequest, Frames
    from ehcp_flow.services.office import Office

_PERSON = ("case_ref", "person_ref", "authority", "date_of_birth", "looked_after", "flags", "sex")


def facts_of(office: Office, request: FigureRequest, known_at: datetime, frames: Frames) -> Facts:
    """The cover of the pack for this request."""
    cases: pl.DataFrame = frames.cases.collect().to_native()
    with office.database.read() as connection:
        heads = heads_known_at(connection, known_at)
    return Facts(
        authority=office.settings.authority or _only_authority(cases),
        first=request.first,
        last=request.last,
        as_of=request.as_of,
        known_at=known_at,
        is_published=request.published,
        code_version=__version__,
        calendar=calendar_version(office),
        laws=tuple(LawFile(each.workflow, each.title, each.digest) for each in office.workflows.values()),
        inputs=Inputs(heads.cases, heads.entries, heads.fingerprint, people_fingerprint(cases)),
        data_quality=tuple(_data_quality(office, request, frames, cases)),
    )


def _only_authority(cases: pl.DataFrame) -> str:
    names = [name for name in cases["authority"].unique() if name]
    return str(names[0]) if len(names) == 1 else ""


def calendar_version(office: Office) -> str:
    """Which bank holidays are used; the digest changes with any of them."""
    days = office.calendar.working_days
    said = "\n".join(f"{day} {name}" for day, name in sorted(days.holidays.items()))
    return f"England, {days.version}, digest {short(hashlib.sha256(said.encode()).hexdigest())}"


def people_fingerprint(cases: pl.DataFrame) -> str:
    """A SHA-256 of the facts of people that figures read. They have no history: they are those of now."""
    said = cases.select(_PERSON).sort("case_ref").write_csv()
    return hashlib.sha256(said.encode()).hexdigest()


def settings_digests(office: Office) -> dict[str, str]:
    """A digest of each file that says how figures are divided, weighed, aimed at and published."""
    beside = office.settings.workflows / "settings"
    folder = beside if beside.is_dir() else shipped_workflows() / "settings"
    paths = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    own = {name: getattr(office.settings, name, None) for name in (*paths, "targets")}
    paths |= {name: path for name, path in own.items() if path is not None}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path.is_file()}


def _data_quality(office: Office, request: FigureRequest, frames: Frames, cases: pl.DataFrame) -> Iterator[str]:
    events: pl.DataFrame = frames.events.collect().to_native()
    if request.as_of <= request.last:
        yield f"The month is not over: the figures are those up to {plain_date(request.as_of)}."
    yield from _lateness(events, request.first, request.last)
    opened = cases.filter(~cases["is_ended"])
    yield from _some(opened.filter(opened["officer"].is_null()).height, "open case is held by no officer", "open cases")
    nameless = cases.filter(cases["date_of_birth"].is_null()).height
    yield from _some(nameless, "case has no date of birth, so no age group", "cases")
    rules = sum(len(unverified(each)) for each in office.workflows.values())
    if rules:
        yield f"{rules} rules of law have not been compared with the primary text by a person (ehcp workflows check)."


def _some(number: int, words: str, plural: str) -> Iterator[str]:
    """`1 open case is held …`, `3 open cases are held …`; nothing of none."""
    if number == 1:
        yield f"1 {words}."
    elif number:
        singular = plural.removesuffix("s")
        said = words.replace(singular, plural, 1).replace(" is ", " are ", 1).replace(" has ", " have ", 1)
        yield f"{number:,} {said}."


def _lateness(events: pl.DataFrame, first: date, last: date) -> Iterator[str]:
    import polars as pl

    of_month = events.filter(pl.col("happened_on").is_between(first, last))
    if not of_month.height:
        yield "No event of the month has been recorded."
        return
    recorded_on = pl.col("recorded_at").dt.convert_time_zone("Europe/London").dt.date()
    lag: Any = of_month.select((recorded_on - pl.col("happened_on")).dt.total_days().median()).item()
    after = of_month.filter(recorded_on > last).height
    corrected = of_month.filter(pl.col("corrects").is_not_null()).height
    soon = f"within {lag:.0f} days of happening" if lag >= 1 else "on the day they happened"
    yield (
        f"{of_month.height:,} events of the month were recorded, half of them {soon}; "
        f"{after:,} after the month was over, and {corrected:,} were corrected."
    )
