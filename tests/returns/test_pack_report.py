"""The report as a page and as a PDF: what stands in it, and that nothing from data is read as markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ehcp_flow.analytics.figure_table import FigureTable
from ehcp_flow.returns.report import MOST_ROWS, as_content
from ehcp_flow.returns.report_html import report_html
from ehcp_flow.returns.report_pdf import report_pdf

NASTY = '*b* _i_ #panic("x") $a$ `c` @d <e> [f] \\ {{ 7*7 }} </p><script>alert(1)</script> "q" // /* =1+1'


def printed(report, table=0):
    return as_content(report)["sections"][0]["tables"][table]


def test_a_share_stands_with_its_numbers_and_its_interval(report_of, pair):
    found = printed(report_of(pair))
    assert [column["title"] for column in found["columns"]] == ["Month", "% of issued", "95% interval", "% of due"]
    assert found["rows"] == [
        ["Apr 2026", "46.3% (19 of 41)", "32.1–61.2", "40.0%"],
        ["May 2026", "–", "–", "55.5%"],
        ["Jun 2026", "80.0% (8 of 10)", "49.0–94.3", "62.5%"],
    ]
    assert "–: there was nothing to take a share of." in found["notes"]


def test_what_is_withheld_is_not_mistaken_for_nothing(report_of, pair):
    rows = (*pair.rows[:2], (pair.rows[2][0], None, None, None, None, None, 62.5))
    names = ("in_time", "of", "issued_percent", "issued_low", "issued_high")
    found = printed(report_of(replace(pair, rows=rows, withheld=frozenset((2, name) for name in names))))
    assert found["rows"][2] == ["Jun 2026", "[c]", "[c]", "62.5%"]
    assert "[c]: withheld, because too few people are counted." in found["notes"]


def test_a_long_table_is_printed_in_part_and_says_so(report_of, backlog):
    rows = (*((f"Stage {number}", number, 0) for number in range(40)), ("All", 780, 0))
    found = printed(report_of(replace(backlog, rows=rows)))
    assert len(found["rows"]) == MOST_ROWS
    assert found["rows"][-1][0] == "All"
    assert f"{41 - MOST_ROWS} more rows stand in the workbook." in found["notes"]


def test_a_basis_other_than_law_is_named(report_of, pair):
    assert "Basis: guidance." in printed(report_of(replace(pair, basis="guidance")))["notes"]


class _Tags(HTMLParser):
    """Which tags a page has, and its text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def tags_of(content):
    parser = _Tags()
    parser.feed(content.decode())
    return parser


def test_the_page_stands_alone_and_says_what_matters_first(report_of, pair, backlog):
    page = tags_of(report_html(as_content(report_of(pair, backlog))))
    loads = [attrs for tag, attrs in page.tags if attrs.get("src") or tag in {"script", "link", "iframe", "object"}]
    assert loads == []
    assert page.text.index("Most were in time.") < page.text.index("Plans in time") < page.text.index("fingerprint")
    assert sum(tag == "svg" for tag, _ in page.tags) == 2
    assert [attrs["scope"] for tag, attrs in page.tags if tag == "th"].count("col") == 4 + 3


@pytest.fixture
def nasty_report(report_of, pair, facts):
    columns = (replace(pair.columns[0], title=NASTY, kind="text"), *pair.columns[1:])
    table = FigureTable(
        "x", NASTY, NASTY, NASTY, columns, ((NASTY, *pair.rows[0][1:]),), notes=(NASTY,), source=NASTY, basis=NASTY
    )
    cover = replace(facts, authority=NASTY, data_quality=(NASTY,))
    return replace(report_of(table, principal=(NASTY,)), facts=cover)


def test_what_data_says_is_text_on_the_page(nasty_report):
    page = tags_of(report_html(as_content(nasty_report)))
    assert "script" not in {tag for tag, _ in page.tags}
    assert page.text.count(NASTY) >= 8
    assert "49" not in re.findall(r"\d+", page.text)


def test_what_data_says_is_text_in_the_pdf(nasty_report):
    assert report_pdf(as_content(nasty_report)).startswith(b"%PDF-")  # typst would stop at #panic, @d or an open $


def test_the_pdf_is_tagged_and_the_same_whenever_it_is_made(report_of, pair, backlog):
    content = as_content(report_of(pair, backlog))
    first = report_pdf(content)
    assert b"/StructTreeRoot" in first or b"/MarkInfo" in first or b"pdfuaid" in first
    assert b"D:20261103023001" in first  # the moment known at, not that of making
    assert report_pdf(content) == first
