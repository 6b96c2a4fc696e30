"""`ehcp workflows`: read, check and test the law as it stands in the workflow files."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from ehcp_flow.cli.arguments import AsJson, office
from ehcp_flow.cli.output import Column, console, escaped, print_indented, print_json, print_table

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.law.workflow import Workflow

app = typer.Typer(no_args_is_help=True, help="The law in the workflow files: list, check, test, show, draw.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="A workflow, for example needs_assessment.")]
AnyName = Annotated[str | None, typer.Argument(metavar="[NAME]", help="Only this workflow.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """The processes there are.

    Each is a file in the workflows folder (EHCP_WORKFLOWS); its version is a fingerprint of the text.
    """
    found = office().workflows
    if as_json:
        print_json(
            [
                {
                    "workflow": each.workflow,
                    "title": each.title,
                    "version": each.digest,
                    "clocks": list(each.clocks),
                    "kpis": list(each.kpis),
                }
                for each in found.values()
            ]
        )
        return
    columns = [Column("workflow"), Column("title", folds=True), Column("clocks", right=True), Column("version")]
    rows = [(each.workflow, each.title, str(len(each.clocks)), each.digest) for each in found.values()]
    print_table(columns, rows)
    console().print("\n[dim]ehcp workflows show NAME · test NAME · diagram NAME[/]")


@app.command()
def check(name: AnyName = None, as_json: AsJson = False) -> None:
    """Check the files, and list what no person has yet compared with the text of the law.

    Check marks: V1 compared with the primary text, V2 with a quotation, V3 with a paraphrase, P in part,
    R recalled.
    """
    from ehcp_flow.services.check_workflows import check_workflows

    checked = check_workflows(office(), name)
    if as_json:
        print_json(
            {
                "unverified": [
                    each.__dict__ if hasattr(each, "__dict__") else _plain(each) for each in checked.unverified
                ],
                "sources_never_checked": list(checked.sources),
            }
        )
        return
    out = console()
    out.print("[green]The workflow files are sound.[/]")
    if not checked.unverified:
        return
    out.print(f"\n[bold]Not yet compared with the text by a person ({len(checked.unverified)})[/]")
    columns = [Column("check"), Column("rule and provision", folds=True)]
    for workflow, rules in groupby(checked.unverified, key=lambda each: each.workflow):
        out.print(f"\n{workflow}")
        print_table(columns, [(each.check, escaped(f"{each.rule}: {each.cite}")) for each in rules], out)
    out.print("\n[bold]Texts never read against these files[/] (`last_checked: never` in sources.yaml)")
    for title in checked.sources:
        print_indented(out, escaped(title))


def _plain(each: object) -> dict[str, str]:
    return {name: getattr(each, name) for name in ("workflow", "rule", "cite", "check", "meaning")}


@app.command()
def test(name: AnyName = None, as_json: AsJson = False) -> None:
    """Run the tables of examples beside the files.

    Each example is a short history with the due dates and outcomes a lawyer expects. Exit code 1 if one fails,
    or if a limit is not tested on both sides.

    Example: ehcp workflows test needs_assessment
    """
    from ehcp_flow.services.check_workflows import run_tables

    tested = run_tables(office(), name)
    failed = [(each.workflow, result) for each in tested for result in each.failed]
    untested = [line for each in tested for line in each.untested]
    if as_json:
        print_json(
            {
                "examples": {each.workflow: len(each.results) for each in tested},
                "failed": [
                    {
                        "workflow": flow,
                        "name": one.example.name,
                        "line": one.example.line,
                        "differences": list(one.differences),
                    }
                    for flow, one in failed
                ],
                "untested": untested,
            }
        )
    else:
        out = console()
        for flow, one in failed:
            out.print(f"[red]fails[/]  {flow}, line {one.example.line}: {escaped(one.example.name)}")
            for difference in one.differences:
                out.print(f"       {escaped(difference)}")
        for line in untested:
            out.print(f"[red]missing[/]  {escaped(line)}")
        for each in tested:
            passed = len(each.results) - len(each.failed)
            out.print(f"{each.workflow}: {passed} of {len(each.results)} examples pass")
    if failed or untested:
        raise typer.Exit(1)


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """A workflow for people: every clock with its limit, start, stop, exceptions and source.

    Example: ehcp workflows show annual_review
    """
    workflow = office().workflow(name)
    if as_json:
        typer.echo(workflow.model_dump_json(indent=2, by_alias=True, exclude_none=True))
        return
    out = console()
    out.print(
        f"[bold]{workflow.title}[/]  ({workflow.workflow}, version {workflow.digest}, since {workflow.covers_from})"
    )
    if workflow.about:
        out.print(workflow.about)
    for clock in workflow.clocks.values():
        _print_clock(out, workflow, clock.id)
    out.print("\n[bold]Events[/]")
    rows = [(event.id, event.title) for event in workflow.events.values()]
    print_table([Column("event"), Column("what happened", folds=True)], rows, out)
    if workflow.kpis:
        out.print("\n[bold]Figures[/]")
        for kpi in workflow.kpis.values():
            out.print(f"[bold]{kpi.id}[/]  {kpi.title}")
            print_indented(out, kpi.meaning)


def _print_clock(out: Console, workflow: Workflow, clock_id: str) -> None:
    rule = workflow.clocks[clock_id]
    each = f" for each {rule.one_for_each}" if rule.one_for_each else ""
    limits = [rule.by] if rule.by else [dated.limit for dated in rule.limits]
    out.print(f"\n[bold]{rule.id}[/]{each}  {rule.title}")
    counted = {"next_day": ", the first day not counted", "first_day": ", the first day counted"}.get(
        rule.counting or "", ""
    )
    wording = " / ".join(rule.wording(limit) for limit in limits if limit)
    print_indented(out, f"{wording}{counted}; {rule.basis}, on the {rule.duty_on.replace('_', ' ')}")
    print_indented(out, f"starts: {', '.join(rule.starts_on)}")
    print_indented(out, f"stops:  {', '.join(rule.stops_on)}")
    if rule.unless:
        print_indented(out, f"unless: {', '.join(rule.unless)}")
    words = "; ".join(f"{cite.in_words(workflow.sources)}" for cite in rule.cite)
    print_indented(out, f"[dim]{escaped(words)} (check {rule.check})[/]")
    if rule.reading:
        print_indented(out, f"[dim]{escaped(rule.reading)}[/]")


@app.command()
def diagram(name: Name) -> None:
    """Draw a workflow's states and events in Mermaid, for a page that shows such pictures.

    Example: ehcp workflows diagram needs_assessment > needs_assessment.mmd
    """
    from ehcp_flow.engine.machine import mermaid

    typer.echo(mermaid(office().workflow(name)))
