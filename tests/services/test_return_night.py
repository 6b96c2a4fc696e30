"""The night on which the return of the month before is made, once, and announced."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.services.jobs import NIGHT_JOBS, night_jobs
from ehcp_flow.services.list_notices import list_notices
from ehcp_flow.services.nights import work_through

THIRD = date(2025, 9, 3)


def at_three():
    return datetime(2025, 9, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def nightly(office, story, today_is, tmp_path):
    """An office that keeps its returns, with directors and analysts to tell."""
    today_is(date(2025, 8, 31))
    story("A", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    channels = tmp_path / "channels.yaml"
    channels.write_text(
        "mail: mailto://smtp.example?from=ehcp@example.org\ndirectors: [dcs@example.org]\nanalysts: [data@example.org]\n"
    )
    settings = replace(office.settings, returns=tmp_path / "returns", channels=channels)
    return replace(office, settings=settings)


def work(office):
    job = night_jobs(office.settings)[-1]
    return list(work_through(office, job, THIRD, now=at_three, is_sure=True))


def test_on_its_day_the_pack_of_the_month_before_is_made_and_announced_once(nightly, tmp_path):
    (night,) = work(nightly)
    assert (night.job, night.report["month"], night.report["notices"]) == ("monthly_return", "2025-08", 2)
    said = json.loads((tmp_path / "returns/2025-08/manifest.json").read_text())
    assert (said["month"], said["as_of"]) == ("2025-08", "2025-09-01")
    assert {row.recipient for row in list_notices(nightly)} == {"directors", "analysts"}
    assert {row.subject for row in list_notices(nightly)} == {
        "EHCP: EHC plans: monthly return for August 2025 is ready"
    }
    assert work(nightly) == []
    assert len(list_notices(nightly)) == 2


def test_a_pack_made_by_hand_stays_and_is_not_announced(nightly, tmp_path):
    folder = tmp_path / "returns/2025-08"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (night,) = work(nightly)
    assert "pack" not in night.report
    assert (folder / "manifest.json").read_text() == "{}"
    assert list_notices(nightly) == []


def test_without_a_folder_there_is_no_such_job(office):
    assert night_jobs(office.settings) == NIGHT_JOBS


@pytest.mark.parametrize("day", ["0", "29", "third", "-1"])
def test_a_day_that_not_every_month_has_is_refused(nightly, day):
    with pytest.raises(BadInput, match="EHCP_RETURN_DAY"):
        night_jobs(replace(nightly.settings, return_day=day))
