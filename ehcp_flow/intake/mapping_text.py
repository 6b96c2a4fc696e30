"""Writing a mapping file by hand, as a person would."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ehcp_flow.intake.cells import comparable
from ehcp_flow.intake.column_looks import Look
from ehcp_flow.intake.table import Heading, Table
from ehcp_flow.intake.usual_words import ONE_CASE_A_CYCLE

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ()/'’._?&-]*")
_SURPRISES = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_PERSON = "person."


def quoted(text: str) -> str:
    """`text` as YAML takes it for exactly this text.

    >>> quoted("Date Req Rec'd"), quoted("Yes"), quoted("16 wk: due")
    ("Date Req Rec'd", '"Yes"', '"16 wk: due"')
    """
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _SURPRISES and text == text.strip()
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def listed(texts: Iterable[str]) -> str:
    """Several texts as a YAML list on one line."""
    return f"[{', '.join(quoted(text) for text in texts)}]"


class Names:
    """What to call each column in a mapping: its heading, or its letter if another has the same heading."""

    def __init__(self, table: Table) -> None:
        self._times = Counter(comparable(heading.text) for heading in table.headings)

    def of(self, heading: Heading) -> str:
        is_only_one = self._times[comparable(heading.text)] == 1
        return quoted(heading.text if is_only_one else f"column {heading.letter}")


def beginning(table: Table, workflow: str, layout: str, names: Names, about: Mapping[str, Look]) -> list[str]:
    """The lines that both layouts begin with."""
    lines = [
        f"# Proposed from the headings of {table.file}. Look at every line before you use it.",
        f"workflow: {workflow}",
        f"layout: {layout}",
    ]
    if table.sheet:
        lines.append(f"sheet: {quoted(table.sheet)}")
    rows = table.heading_rows
    lines.append(f"headings_in_row: {rows[0] if len(rows) == 1 else list(rows)}")
    if case := about.get("case"):
        lines.append(_case(names, case, about.get("cycle"), workflow, layout))
    lines.append(_authority(names, about.get("authority")))
    person = {field: look for field, look in about.items() if field.startswith(_PERSON)}
    if person:
        lines.append("person:")
        lines += [f"  {field.removeprefix(_PERSON)}: {names.of(look.heading)}" for field, look in person.items()]
    lines += [f"{field}: {names.of(about[field].heading)}" for field in ("officer", "team") if field in about]
    return lines


def _case(names: Names, case: Look, cycle: Look | None, workflow: str, layout: str) -> str:
    if cycle and workflow in ONE_CASE_A_CYCLE and not case.is_unique:
        return f"case: [{names.of(case.heading)}, {names.of(cycle.heading)}]"
    is_doubtful = layout == "wide" and not case.is_unique
    doubt = "   # not different in every row: several columns can be put together, [A, B]"
    return f"case: {names.of(case.heading)}{doubt if is_doubtful else ''}"


def _authority(names: Names, look: Look | None) -> str:
    if look is None:
        return "# authority: {always: Exampleshire}   # write yours"
    return f"authority: {names.of(look.heading)}"


def ending(names: Names, ignored: Sequence[Look], unknown: Sequence[Look]) -> list[str]:
    """The lines about columns that are not events: worked out by us, or not understood."""
    lines = []
    if ignored:
        lines.append("# Worked out from the dates, so not imported:")
        lines.append(f"ignore: [{', '.join(names.of(look.heading) for look in ignored)}]")
    if unknown:
        lines.append("# Not understood. Use them above, or add them to `ignore:`.")
        lines += [f"#   {names.of(look.heading)}   (column {look.heading.letter}, {_looks(look)})" for look in unknown]
    return lines


def _looks(look: Look) -> str:
    return {"nothing": "empty", "codes": "a few different words", "upn": "pupil numbers"}.get(look.kind, look.kind)
