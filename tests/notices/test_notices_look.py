"""How the messages look: in plain text, in HTML, and drawn by a real browser when there is one."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ehcp_flow.notices.digests import advice_digest, officer_digest
from ehcp_flow.notices.director import Before, Headline, Share, director_page
from ehcp_flow.notices.document import Document
from ehcp_flow.notices.escalation import escalation
from ehcp_flow.notices.lines import Line, Lines, Morning
from ehcp_flow.notices.render import WIDTH, Message, render
from ehcp_flow.notices.team import Unassigned, Workload, team_digest

DAY = date(2026, 11, 25)
NAMES = {"asmith": "Amber Smith", "evil": "<script>alert('Evil')</script> & Söhne"}
DESKTOP, TELEPHONE = 760, 500


def lines(kind: str, *, number: int, due: date, left: int) -> Lines:
    titles = {"law": "Send the final plan", "guidance": "Respond to a request for advice: educational psychologist"}
    return tuple(
        Line(f"{kind}-{basis}-{n}", titles[basis], basis, due, left, ("asmith", "evil")[n % 2], "North", "health")
        for basis in ("law", "guidance")
        for n in range(number)
    )


MORNING = Morning(
    DAY,
    date(2026, 11, 24),
    "https://ehcp.council.example",
    broken=lines("B", number=2, due=date(2026, 11, 24), left=-1),
    cleared=lines("C", number=1, due=date(2026, 11, 20), left=-5),
    near=lines("N", number=2, due=date(2026, 12, 9), left=14),
    overdue=lines("O", number=23, due=date(2023, 10, 2), left=-1150),
    today=lines("T", number=2, due=DAY, left=0),
    week=lines("W", number=3, due=date(2026, 11, 28), left=3),
)
MONTHS = tuple(Share(f"{month} 2026", number, 20) for month, number in (("Sep", 0), ("Oct", 13), ("Nov", 20)))
DOCUMENTS: dict[str, Document] = {
    "officer": officer_digest(MORNING, "asmith", "Amber Smith", {"evil": NAMES["evil"]}),
    "team": team_digest(
        MORNING,
        "North & <b>East</b>",
        [Workload(NAMES["evil"], 1_203, MORNING.overdue, MORNING.week, "away until 1 December 2026, no cover")],
        Unassigned(2, MORNING.week, 1),
        NAMES,
    ),
    "director": director_page(
        MORNING,
        [
            Headline(f"Plans issued within 20 weeks, {word} exceptions", Share("", 181, 200), Share("", 0, 0), MONTHS)
            for word in ("excluding", "including")
        ],
        [Before("24 November", {"law": 454, "guidance": 46})],
        7,
    ),
    "advice-giver": advice_digest(MORNING, "health"),
    "escalation": escalation(DAY, MORNING.overdue, 3, "the directors", NAMES, MORNING.link),
}
each_document = pytest.mark.parametrize("name", DOCUMENTS)


def message(name: str) -> Message:
    return render(DOCUMENTS[name])


class Words(HTMLParser):
    """The words a reader sees, and the elements there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@each_document
def test_plain_text_keeps_within_the_width_of_a_mail_reader(name):
    text = message(name).text
    long = [line for line in text.splitlines() if len(line) > WIDTH and "http" not in line]
    assert [line for line in long if not line.lstrip().startswith(("O-", "W-", "B-", "N-", "T-", "C-"))] == []
    assert max(map(len, text.splitlines())) < 130
    assert "\n\n\n\n" not in text


@each_document
def test_html_is_well_formed_and_needs_nothing_from_outside(name):
    found = Words(message(name).html)
    assert found.open == []
    tags = {tag for tag, _ in found.elements}
    assert not tags & {"script", "link", "style", "img", "iframe", "form", "svg"}
    links = {attrs["href"] for tag, attrs in found.elements if tag == "a"}
    assert all(str(link).startswith("https://ehcp.council.example") for link in links)
    assert ("html", {"lang": "en-GB"}) in found.elements
    assert all(attrs.get("scope") for tag, attrs in found.elements if tag == "th")


@each_document
def test_what_comes_from_data_is_escaped(name):
    html = message(name).html
    assert "<script" not in html
    assert "<b>East" not in html
    if name in ("officer", "team", "escalation"):
        assert "&lt;script&gt;alert(&#39;Evil&#39;)&lt;/script&gt; &amp; Söhne" in html


@each_document
def test_text_and_html_say_the_same(name):
    said = message(name)
    seen = " ".join("".join(Words(said.html).words).split())
    cases = set(re.findall(r"\b[BCNOTW]-(?:law|guidance)-\d+", said.text))
    assert cases == set(re.findall(r"\b[BCNOTW]-(?:law|guidance)-\d+", seen))
    assert DOCUMENTS[name].title in seen
    assert DOCUMENTS[name].title in said.text


@each_document
def test_law_and_guidance_are_never_added_together(name):
    said = message(name)
    total = 2 * len([line for line in MORNING.overdue if line.basis == "law"])
    assert str(total) == "46"
    figures = re.findall(r"\d[\d,]*", re.sub(r"24 November.*46", "", said.text) + said.subject)
    assert "46" not in figures


def test_a_subject_names_no_case():
    assert [name for name in DOCUMENTS if re.search(r"-law-", message(name).subject)] == []


def test_a_year_is_named_only_where_it_is_another():
    text = message("escalation").text
    assert "last entry Mon 2 Oct 2023" in text
    assert "due Wed 25 Nov ·" in message("officer").text


_ASK_THE_WIDTH = "<script>document.title = 'wide ' + document.documentElement.scrollWidth</script></body>"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("Chromium is not installed, so the messages were not drawn")
    profiles = tmp_path_factory.mktemp("profiles")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-device-scale-factor=1"]

    def run(page: Path, width: int, *more: str) -> str:
        profile = f"--user-data-dir={profiles / page.stem}"
        command = [found, *flags, profile, f"--window-size={width},1400", *more, page.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=120).stdout

    return run


def test_a_browser_draws_every_message_and_none_is_wider_than_the_window(browser, tmp_path):
    """EHCP_TEST_PICTURES=FOLDER keeps the pictures, to be looked at."""
    folder = Path(os.environ.get("EHCP_TEST_PICTURES") or tmp_path)

    def draw(name: str, width: int) -> tuple[bytes, str]:
        page = tmp_path / f"{name}-{width}.html"
        page.write_text(message(name).html.replace("</body>", _ASK_THE_WIDTH), encoding="utf-8")
        picture = folder / f"{name}-{width}.png"
        seen = browser(page, width, f"--screenshot={picture}", "--dump-dom")
        return picture.read_bytes(), seen

    wanted = [*((name, DESKTOP) for name in DOCUMENTS), ("director", TELEPHONE), ("team", TELEPHONE)]
    with ThreadPoolExecutor(4) as pool:
        drawn = dict(zip(wanted, pool.map(lambda each: draw(*each), wanted), strict=True))
    for (name, width), (picture, page) in drawn.items():
        assert picture.startswith(b"\x89PNG"), name
        assert struct.unpack(">II", picture[16:24]) == (width, 1400), name
        assert len(picture) > 30_000, f"{name} is nearly blank"
        wide = re.search(r"<title>wide (\d+)</title>", page)
        assert wide, name
        assert int(wide[1]) <= width, f"{name} is {wide[1]} wide in a window of {width}"
