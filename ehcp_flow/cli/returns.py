"""`ehcp return`: the monthly pack made, signed off, checked, and two of them told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ehcp_flow.cli.arguments import AsJson, office, read_day, read_moment
from ehcp_flow.cli.output import console, escaped, print_json
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.services.monthly_return import MadeReturn

app = typer.Typer(
    no_args_is_help=True,
    help="The monthly return: a workbook, a report and data files, each figure with its definition.",
)

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The pack's folder.")]


@app.command()
def monthly(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The month, written 2026-10.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Where to put it.", show_default="returns/MONTH")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Judge for this day.", show_default="the day after the month"),
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", metavar="TIME", help="Only what had been recorded by then.", show_default="now"),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="For publication: no small numbers, no cases, no officers.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the pack for a month: workbook, report as page and PDF, data files, manifest.

    Made again with the --as-of and --known-at that its manifest names, it is the same byte for byte but for the run
    stamp in the manifest. A folder that holds another pack is never written over.

    Example: ehcp return monthly 2026-10 --out returns/october
    """
    from ehcp_flow.services.monthly_return import make_monthly_return

    first = read_month(month)
    folder = out or Path("returns") / (f"{month}-published" if publish else month)
    with _working() as tell:
        made = make_monthly_return(
            office(),
            first,
            folder,
            now(),
            today(),
            as_of=read_day(as_of),
            known_at=read_moment(known_at),
            publish=publish,
            tell=tell,
        )
    if as_json:
        print_json(_as_json(made))
        return
    _print_made(console(), made)


def read_month(text: str) -> date:
    """The first day of a month written 2026-10; anything else is a usage error."""
    try:
        return date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        raise typer.BadParameter(f"{text} is not a month. Write it as 2026-10.") from None


@contextmanager
def _working() -> Iterator[Callable[[str], None]]:
    """Says on the error stream what is being made, in a terminal only."""
    from rich.console import Console

    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda _: None
        return
    with screen.status("Making the pack …") as status:
        yield lambda what: status.update(f"Making the pack: {what} …")


def _print_made(out: Console, made: MadeReturn) -> None:
    facts = made.facts
    out.print(f"[bold]{escaped(facts.title)}[/]" + (f", {escaped(facts.authority)}" if facts.authority else ""))
    out.print(f"as it stood on {facts.as_of}, as recorded by {facts.known_at.isoformat()}\n")
    for sentence in made.principal:
        out.print(f"· {escaped(sentence)}")
    shown = [name for name, _ in made.files if "/" not in name]
    rest = len(made.files) - len(shown)
    out.print(
        f"\n{'Written to' if made.is_new else 'The very same is there already:'} [bold]{escaped(str(made.folder))}[/]"
    )
    for name in shown:
        out.print(f"  {name}")
    out.print(f"  manifest.json, and {rest} files for analysts in data/ and charts/")
    out.print(f'\n[dim]Read the report, then: ehcp return sign {escaped(str(made.folder))} --by "YOUR NAME"[/]')


def _as_json(made: MadeReturn) -> dict[str, object]:
    facts = made.facts
    return {
        "folder": made.folder,
        "month": facts.month,
        "as_of": facts.as_of,
        "known_at": facts.known_at.isoformat(),
        "is_new": made.is_new,
        "pack": made.pack,
        "principal": list(made.principal),
        "files": [name for name, _ in made.files],
    }


@app.command()
def sign(
    folder: Folder,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who signs.")],
    note: Annotated[str, typer.Option("--note", help="What they want to say with it.")] = "",
) -> None:
    """Sign a pack off: who, when, and the hash of what was signed, beside the pack and without changing it.

    A pack that is not as it was made is refused.
    """
    from ehcp_flow.services.keep_return import sign_pack

    made = sign_pack(folder, by, now(), note)
    said = f"{made['name']} signed {folder} off at {made['signed_at']}, pack {made['pack'][:12]}."
    console().print(escaped(said))


@app.command()
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Compare every file of a pack with its hash, and the signatures with the pack. Exit code 1 if any differs.

    Before a pack is quoted: ehcp return check returns/2026-10
    """
    from ehcp_flow.services.keep_return import check_pack

    found = check_pack(folder)
    if as_json:
        print_json({"problems": found.problems, "signatures": found.signatures, "pack": found.manifest.get("pack")})
    else:
        out = console()
        for problem in found.problems:
            out.print(f"[bold red]{escaped(problem)}[/]")
        if not found.problems:
            out.print(f"{len(found.manifest['files'])} files are as they were made.")
        for each in found.signatures:
            out.print(escaped(f"Signed off by {each['name']} at {each['signed_at']}. {each.get('note', '')}".rstrip()))
        if not found.signatures:
            out.print(f'[dim]Nobody has signed it off: ehcp return sign {escaped(str(folder))} --by "YOUR NAME"[/]')
    if found.problems:
        raise typer.Exit(1)


@app.command()
def reconcile(
    first: Annotated[Path, typer.Argument(metavar="FIRST", help="A pack's folder.")],
    second: Annotated[Path, typer.Argument(metavar="SECOND", help="Another's.")],
    everything: Annotated[bool, typer.Option("--all", help="List everything, however long.")] = False,
    without_database: Annotated[
        bool, typer.Option("--packs-only", help="Do not ask the journal who recorded what.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Explain every difference between two packs, case by case.

    A late entry, a correction, a change in the law or the calendar, or only that time passed: each time limit that
    differs is told with its reason, and each number with the cases that came into it and those that went. The packs
    are enough; with the database they were made from, also who recorded what and when.
    """
    from ehcp_flow.cli.reconcile_page import as_json as in_json
    from ehcp_flow.cli.reconcile_page import print_reconciliation
    from ehcp_flow.services.reconcile_returns import reconcile_returns

    found = reconcile_returns(None if without_database else office(), first, second)
    if as_json:
        print_json(in_json(found))
    else:
        print_reconciliation(console(), found, everything=everything)
