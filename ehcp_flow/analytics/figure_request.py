"""What is asked of the catalogue of figures, and what its figures are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from ehcp_flow.analytics.figure_settings import FigureSettings
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.errors import EhcpError

if TYPE_CHECKING:
    import narwhals as nw

    from ehcp_flow.law.kpi_rule import KpiRule
    from ehcp_flow.law.workflow import Workflow

By = Literal["month", "quarter", "year", "authority", "team", "officer", "age", "provider"]
"""What figures can be divided by; `provider` is whom a clock is for, `age` the age group."""


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """The figures wanted: of a period from `first` to `last`, both counted, as it stood on `as_of`.

    `known_at` is a moment in UTC: only what had been recorded by then. `authority`, `team` and `officer` narrow the
    cases; `published` takes out small numbers and the lists of cases.
    """

    first: date
    last: date
    as_of: date
    known_at: datetime | None = None
    by: By | None = None
    authority: str | None = None
    team: str | None = None
    officer: str | None = None
    published: bool = False


class NotDefined(EhcpError):
    """A figure of the catalogue stands on something that the workflow files in use do not have."""


@dataclass(frozen=True)
class Frames:
    """What figures are made from: observations, events in force and cases, each as a frame.

    `supplies` holds whatever else an entry says it `needs`, by name.
    """

    observations: nw.LazyFrame[Any]
    events: nw.LazyFrame[Any]
    cases: nw.LazyFrame[Any]
    workflows: Mapping[str, Workflow]
    settings: FigureSettings
    supplies: Mapping[str, Any] = field(default_factory=dict)

    def kpi(self, workflow: str, name: str) -> KpiRule:
        """A figure of a workflow file. Raises NotDefined if the files in use have none of that name."""
        process = self.workflows.get(workflow)
        if process is None or name not in process.kpis:
            raise NotDefined(f"The workflow files in use define no figure {name} in {workflow}.")
        return process.kpis[name]

    def narrowed(self, request: FigureRequest) -> Frames:
        """Only the cases of the request's authority, team and officer."""
        import narwhals as nw

        wanted = {"authority": request.authority, "team": request.team, "officer": request.officer}
        conditions = [nw.col(name) == value for name, value in wanted.items() if value is not None]
        if not conditions:
            return self
        cases = self.cases.filter(*conditions)
        events = self.events.join(cases.select("case_ref"), on="case_ref", how="semi")
        return replace(self, observations=self.observations.filter(*conditions), events=events, cases=cases)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure of the catalogue says, in plain English; written once, shown wherever the figure is.

    `by` are the ways in which it can be divided; asked for another, it is given undivided.
    """

    id: str
    group: str
    title: str
    meaning: str
    numerator: str = ""
    denominator: str = ""
    left_out: str = ""
    source: str = ""
    basis: str = "law"
    by: tuple[By, ...] = ()

    def table(
        self,
        message: str,
        columns: tuple[Column, ...],
        rows: tuple[tuple[Cell, ...], ...],
        *,
        notes: tuple[str, ...] = (),
        chart: Chart | None = None,
        cases: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
        has_total: bool = False,
    ) -> FigureTable:
        """The figures under this definition."""
        return FigureTable(
            id=self.id,
            title=self.title,
            message=message,
            meaning=self.meaning,
            columns=columns,
            rows=rows,
            numerator=self.numerator,
            denominator=self.denominator,
            left_out=self.left_out,
            source=self.source,
            basis=self.basis,
            notes=notes,
            chart=chart,
            cases=cases or {},
            has_total=has_total,
        )

    def undivided(self, request: FigureRequest) -> FigureRequest:
        """The request, without a division that this figure does not have."""
        return request if request.by in (None, *self.by) else replace(request, by=None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure of the catalogue: its definition, how it is made, and what it needs beside the frames.

    `needs` are names that `services/report_figures.py` knows how to supply.
    """

    definition: Definition
    make: Callable[[Frames, FigureRequest], FigureTable]
    needs: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name for programs."""
        return self.definition.id

    @property
    def group(self) -> str:
        """The part of the catalogue it stands in."""
        return self.definition.group

    @property
    def title(self) -> str:
        """Its name for people."""
        return self.definition.title
