"""A day's work in the browser, from signing in to the month's pack; with scripts and without."""

from __future__ import annotations

import re
import zipfile
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from ehcp_flow.services.accounts import there_are_accounts
from ehcp_flow.services.office import Office
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.sign_in import first_link, make_link
from tests.browser.conftest import Site, served

PASSWORD = "walnut tractor umbrella seven"
TODAY = date(2026, 3, 25)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, site: Site) -> Page:
    return site.page(java_script_enabled=request.param, accept_downloads=True)


def test_sign_in_find_a_case_record_hand_over_read_the_figures_take_the_pack(site: Site, page: Page) -> None:
    choose_a_password_and_sign_in(site, page)
    find_the_case(page)
    record_the_decision(page)
    hand_it_over(page)
    read_the_figures(page)
    take_the_pack(page)
    view = show_case(site.office, "NA-1", TODAY)
    assert [
        (line.entry.name, line.entry.recorded_by) for line in view.lines if line.entry.name == "assessment_agreed"
    ] == [("assessment_agreed", "senior_case_manager")]
    assert view.officer == "bjones"
    assert site.complaints == []


def choose_a_password_and_sign_in(site: Site, page: Page) -> None:
    choose_a_password(page, make_link(site.office, "senior_case_manager"))
    page.get_by_role("button", name="Sign out").click()
    page.goto("/today")
    expect(page).to_have_title(re.compile("Sign in"))
    page.get_by_label("Username").fill("senior_case_manager")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("cases"))


def choose_a_password(page: Page, token: str) -> None:
    page.goto(f"/welcome/{token}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Type it again").fill(PASSWORD)
    page.get_by_role("button", name="Save the password and sign in").click()


def find_the_case(page: Page) -> None:
    page.get_by_role("link", name="Search").click()
    page.locator("input[name=typed]").fill("madeup róbin")
    page.get_by_role("button", name="Search").click()
    assert "madeup" not in page.url.lower()
    page.locator("main").get_by_role("link", name=re.compile("NA-1")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("NA-1"))
    expect(page.locator("main")).to_contain_text("9 days late")


def record_the_decision(page: Page) -> None:
    page.get_by_role("button", name="Family told that there will be an assessment").click()
    page.locator("input[name=happened_on-day]").fill("16")
    page.locator("input[name=happened_on-month]").fill("3")
    page.locator("input[name=happened_on-year]").fill("2026")
    page.get_by_role("button", name="Record it").click()
    main = page.locator("main")
    expect(main).to_contain_text("Assessing")
    expect(main).not_to_contain_text("9 days late")


def hand_it_over(page: Page) -> None:
    page.goto("/cases/NA-1/hand-over")
    page.locator("select[name=officer]").select_option("bjones")
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("main")).to_contain_text("Bo Jones")


def read_the_figures(page: Page) -> None:
    page.get_by_role("link", name="Figures").first.click()
    page.get_by_role("link", name="Plans overdue, by how long the family has waited").click()
    expect(page.locator("main")).to_contain_text("1 plan was overdue")
    expect(page.locator("main table").first).to_be_visible()


def take_the_pack(page: Page) -> None:
    page.goto("/figures/packs")
    page.locator("select[name=month]").select_option(label="February 2026")
    page.get_by_role("button", name="Make the pack").click()
    link = page.locator("a[href$='pack.zip']")
    for _ in range(240):  # without scripts the page is loaded again by hand, and by itself with them
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as waiting:
        link.first.click()
    with zipfile.ZipFile(waiting.value.path()) as pack:
        assert any(name.endswith(".pdf") for name in pack.namelist())
        assert any(name.endswith("manifest.json") for name in pack.namelist())


def test_on_an_empty_database_the_link_of_the_terminal_makes_the_administrator(office: Office, browser) -> None:
    with served(office) as url:
        site = Site(url, office, browser)
        page = site.page()
        token = first_link(office)
        assert token is not None
        choose_a_password(page, token)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert there_are_accounts(office)
        page.goto(f"/welcome/{token}")
        expect(page.locator("main")).to_contain_text("This link works no more")
