"""Started by scripts/screenshots: serve a copy of the demonstration, visit every page as each role, make the sheet."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.settings import read_settings
from scripts.pictures.sheet import Picture, write_sheet
from scripts.pictures.visits import Visit, people_signed_in, visits

_DEMO = Path("demo/ehcp.db")
_WIDTHS = (1280, 375)
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_STARTS_WITHIN = 30


def main() -> None:
    """Take the pictures."""
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, _served(Path(folder)) as (office, url), sync_playwright() as playwright:
        cookies = people_signed_in(office)
        wanted = [each for each in visits(office) if asked.only in each.path]
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_FLAGS)
        pictures = list(_taken(browser, url, cookies, wanted, asked.out))
        index = write_sheet(asked.out, pictures)
        _photograph_sheet(browser, index)
        browser.close()
    print(f"{len(pictures)} pictures; look through {index}")
    for each in pictures:
        if each.complaint:
            print(f"  {each.role} {each.path} at {each.width}: {each.complaint}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description="A picture of every page.")
    parser.add_argument("--out", type=Path, default=Path(".local/screenshots"), metavar="DIR")
    parser.add_argument("--only", default="", metavar="WORD", help="pages whose address contains this")
    return parser.parse_args()


def _chromium() -> str:
    wanted = os.environ.get("CHROMIUM", "chromium")
    found = shutil.which(wanted) or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("Chromium is not installed. scripts/setup-browser brings it; CHROMIUM names another.")
    return found


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Office, str]]:
    """The application on a copy of the demonstration."""
    with closing(sqlite3.connect(_DEMO)) as demo, closing(sqlite3.connect(folder / "copy.db")) as copy:
        demo.backup(copy)
    settings = {"EHCP_DATABASE_URL": f"sqlite:///{folder / 'copy.db'}"}
    office = Office(read_settings({**settings, "EHCP_USER": "pictures"}))
    initialise(office)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [sys.executable, "-m", "ehcp_flow", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield office, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The application did not start.")


def _taken(browser: Browser, url: str, cookies: dict[str, str], wanted: list[Visit], out: Path) -> Iterator[Picture]:
    for role in dict.fromkeys(each.role for each in wanted):
        for width in _WIDTHS:
            context = browser.new_context(base_url=url, viewport={"width": width, "height": 900})
            if role in cookies:
                context.add_cookies([{"name": "ehcp_session", "value": cookies[role], "url": url}])
            page = context.new_page()
            yield from (_picture(page, each, width, out) for each in wanted if each.role == role)
            context.close()


def _picture(page: Page, visit: Visit, width: int, out: Path) -> Picture:
    said: list[str] = []

    def note(message: object) -> None:
        said.append(str(message))

    page.on("pageerror", note)
    answer = page.goto(visit.path)
    if visit.types:
        page.locator("main input[type=search], main input[type=text]").first.fill(visit.types)
        page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")
    name = f"{visit.role}-{visit.name}-{width}.png"
    page.screenshot(path=out / name, full_page=True)
    page.remove_listener("pageerror", note)
    if answer is not None and answer.status != visit.status:
        said.append(f"answered {answer.status}")
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        said.append(f"{wide} wide")
    if sys.stderr.isatty():
        print(f"\r\x1b[K{visit.role} {visit.path}", end="\r", file=sys.stderr, flush=True)
    return Picture(visit.role, visit.path, width, name, "; ".join(said))


def _photograph_sheet(browser: Browser, index: Path) -> None:
    page = browser.new_page(viewport={"width": 1800, "height": 900})
    page.goto(index.resolve().as_uri())
    page.screenshot(path=index.with_name("sheet.png"), full_page=True)


if __name__ == "__main__":
    main()
