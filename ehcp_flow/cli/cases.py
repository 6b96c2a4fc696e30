"""`ehcp open`, `record`, `correct`, `show`, `explain`: one case at a time."""

from __future__ import annotations

from typing import Annotated

import typer

from ehcp_flow.cli.arguments import (
    AsJson,
    AsOf,
    Case,
    KnownAt,
    complete_event,
    day_or_today,
    office,
    read_day,
    read_details,
    read_moment,
)
from ehcp_flow.cli.output import print_json

Details = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="Details, for example provider=school.")
]
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day that counts in law.", show_default="today")
]
Note = Annotated[str | None, typer.Option("--note", help="A remark kept with the entry.")]
Override = Annotated[
    str | None, typer.Option("--override", metavar="REASON", help="Record it although it is out of order; say why.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    for command in (open_, record, correct, show, explain):
        app.command(command.__name__.rstrip("_"), rich_help_panel="One case")(command)


def open_(
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help="needs_assessment, annual_review …")],
    event: Annotated[str, typer.Argument(metavar="EVENT", help="The event that opens it: request_received …")],
    details: Details = None,
    on: On = None,
    case: Annotated[
        str | None, typer.Option("--case", help="Your own reference.", show_default="the next free one")
    ] = None,
    given_name: Annotated[str, typer.Option("--given-name", help="Of the child or young person.")] = "",
    family_name: Annotated[str, typer.Option("--family-name", help="Of the child or young person.")] = "",
    born: Annotated[str | None, typer.Option("--born", metavar="DATE", help="Date of birth.")] = None,
    upn: Annotated[str | None, typer.Option("--upn", help="Unique pupil number.")] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="REF", help="A person we know, instead of a new one.")
    ] = None,
    officer: Annotated[str | None, typer.Option("--officer", metavar="USERNAME", help="Who holds it.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="Which team holds it.")] = None,
    follows: Annotated[
        str | None, typer.Option("--follows", metavar="CASE", help="The case it follows on from.")
    ] = None,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Open a case by the event that begins it.

    Example: ehcp open needs_assessment request_received --on 2026-09-01 --given-name Robin --family-name Example
    """
    from ehcp_flow.cli.recorded import print_recorded
    from ehcp_flow.services.open_case import NewPerson, open_case

    named = given_name or family_name or born or upn
    if person and named:
        raise typer.BadParameter("Give either --person or the name of a new one, not both.")
    new = NewPerson(given_name, family_name, read_day(born), upn) if named else None
    recorded = open_case(
        office(),
        workflow,
        event,
        day_or_today(on),
        read_details(details),
        case_ref=case,
        person=person or new,
        officer=officer,
        team=team,
        follows=follows,
        note=note,
    )
    print_recorded(recorded, day_or_today(None), as_json=as_json)


def record(
    case: Case,
    event: Annotated[
        str,
        typer.Argument(
            metavar="EVENT", help="What happened, for example draft_plan_sent.", autocompletion=complete_event
        ),
    ],
    details: Details = None,
    on: On = None,
    note: Note = None,
    override: Override = None,
    if_entries: Annotated[
        int | None,
        typer.Option("--if-entries", metavar="N", help="Only if the case still has N entries, as when you looked."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record what happened, and see what changed: the state, clocks stopped, clocks running.

    What is not lawful now is refused, with what is allowed instead.

    Example: ehcp record NA-2026-0042 advice_received provider=school --on 2026-10-14
    """
    from ehcp_flow.cli.recorded import print_recorded
    from ehcp_flow.services.record_event import record_event

    recorded = record_event(
        office(),
        case,
        event,
        day_or_today(on),
        read_details(details),
        note=note,
        override=override,
        expected_entry=if_entries,
    )
    print_recorded(recorded, day_or_today(None), as_json=as_json)


def correct(
    case: Case,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="The entry's number, as `ehcp show` gives it.")],
    details: Details = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The right day.")] = None,
    retract: Annotated[bool, typer.Option("--retract", help="It never happened.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept on the record.")] = "",
    override: Override = None,
    as_json: AsJson = False,
) -> None:
    """Correct an entry by a further one: another day, other details, or that it never was.

    What was recorded first stays on the record; state and clocks follow the correction.

    Example: ehcp correct NA-2026-0042 3 --on 2026-10-13 --reason "typed the wrong day"
    """
    from ehcp_flow.cli.recorded import print_recorded
    from ehcp_flow.services.correct_event import correct_event

    recorded = correct_event(
        office(),
        case,
        entry,
        happened_on=read_day(on),
        details=read_details(details),
        retract=retract,
        reason=reason,
        override=override,
    )
    print_recorded(recorded, day_or_today(None), as_json=as_json)


def show(
    case: Case,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    picture: Annotated[bool, typer.Option("--picture", help="Draw its clocks as bars on a scale of days.")] = False,
    as_json: AsJson = False,
) -> None:
    """Where a case stands, its clocks, its history with corrections, and what may come next.

    Examples: ehcp show NA-2026-0042 · ehcp show NA-2026-0042 --as-of 2026-03-31
    """
    from ehcp_flow.cli.case_page import case_as_json, print_case
    from ehcp_flow.services.show_case import show_case

    view = show_case(office(), case, day_or_today(as_of), read_moment(known_at))
    if as_json:
        print_json(case_as_json(view))
    else:
        print_case(view, picture=picture)


def explain(
    case: Case,
    clock: Annotated[
        str, typer.Argument(metavar="[CLOCK]", help="finalise_plan, give_advice\\[school] …; left out, every clock.")
    ] = "all",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    trace: Annotated[bool, typer.Option("--trace", help="Also the working, step by step.")] = False,
    as_json: AsJson = False,
) -> None:
    """Why is this the date? In plain words, with the law it comes from.

    Example: ehcp explain NA-2026-0042 finalise_plan --trace
    """
    from ehcp_flow.cli.case_page import print_explanations
    from ehcp_flow.services.show_case import explain_clock

    found = explain_clock(office(), case, clock, day_or_today(as_of), read_moment(known_at))
    if as_json:
        print_json([{"clock": each.clock, "paragraph": each.paragraph, **each.trace} for each in found])
    else:
        print_explanations(found, with_trace=trace or clock != "all")
