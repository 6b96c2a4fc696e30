"""Time to an end with open cases counted: published tables, statsmodels, and what must hold of any figures."""

from __future__ import annotations

import math
from random import Random

import pytest

from ehcp_flow.analytics.durations import Curve, Wait, ended_by, still_waiting


def waits(*days, end="issued"):
    """`waits(9, "13+")`: ended on day 9; still followed on day 13."""
    return [Wait(int(str(day).rstrip("+")), None if str(day).endswith("+") else end) for day in days]


# Acute myelogenous leukaemia, the two groups of Miller (1981), as R's survival package has and summarises them.
MAINTAINED = waits(9, 13, "13+", 18, 23, "28+", 31, 34, "45+", 48, "161+")
NOT_MAINTAINED = waits(5, 5, 8, 8, 12, "16+", 23, 27, 30, 33, 43, 45)
# Remission under 6-MP: Freireich and others (1963). The log(−log) band is that of Stata's sts list.
REMISSION = waits(6, 6, 6, "6+", 7, "9+", 10, "10+", "11+", 13, 16, "17+", "19+", "20+", 22, 23, "25+", "32+", "32+", "34+", "35+")  # fmt: skip


def table(curve, *names):
    return [tuple(round(getattr(step, name), 4) for name in names) for step in curve.steps]


def test_kaplan_meier_gives_the_published_table_of_the_maintained_group():
    curve = still_waiting(MAINTAINED, {"issued"})
    assert table(curve, "day", "at_risk", "ended", "share", "error") == [
        (9, 11, 1, 0.9091, 0.0867),
        (13, 10, 1, 0.8182, 0.1163),
        (18, 8, 1, 0.7159, 0.1397),
        (23, 7, 1, 0.6136, 0.1526),
        (31, 5, 1, 0.4909, 0.1642),
        (34, 4, 1, 0.3682, 0.1627),
        (48, 2, 1, 0.1841, 0.1535),
    ]
    assert curve.median() == 31


def test_kaplan_meier_with_tied_days_gives_the_published_table_of_the_other_group():
    curve = still_waiting(NOT_MAINTAINED, {"issued"})
    shares = [0.8333, 0.6667, 0.5833, 0.4861, 0.3889, 0.2917, 0.1944, 0.0972, 0.0]
    assert [round(step.share, 4) for step in curve.steps] == shares
    assert (curve.median(), curve.share_on(45), curve.share_on(400)) == (23, 0.0, 0.0)
    assert (curve.steps[-1].low, curve.steps[-1].high) == (None, None)


def test_the_log_log_band_gives_the_published_limits():
    curve = still_waiting(REMISSION, {"issued"})
    assert table(curve, "day", "share", "low", "high") == [
        (6, 0.8571, 0.6197, 0.9516),
        (7, 0.8067, 0.5631, 0.9228),
        (10, 0.7529, 0.5032, 0.8894),
        (13, 0.6902, 0.4316, 0.8491),
        (16, 0.6275, 0.3675, 0.8049),
        (22, 0.5378, 0.2678, 0.7468),
        (23, 0.4482, 0.1881, 0.6801),
    ]


def drawn(seed, cases=120, *, truncated=False):
    random = Random(seed)
    found = []
    for number in range(cases):
        entered = random.choice((None, random.randrange(40))) if truncated else None
        days = (0 if entered is None else entered + 1) + random.randrange(1, 60)
        found.append(Wait(days, random.choice(("issued", "refused", "left", None)), entered, f"C{number}"))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("truncated", [False, True])
def test_kaplan_meier_is_that_of_statsmodels(seed, truncated):
    np = pytest.importorskip("numpy")
    from statsmodels.duration.survfunc import SurvfuncRight

    cases = drawn(seed, truncated=truncated)
    entry = np.array([-1 if case.entered is None else case.entered for case in cases])
    theirs = SurvfuncRight(
        np.array([case.days for case in cases]), np.array([case.end == "issued" for case in cases]).astype(int), entry
    )
    ours = still_waiting(cases, {"issued"})
    assert [step.day for step in ours.steps] == list(theirs.surv_times)
    assert [step.at_risk for step in ours.steps] == list(theirs.n_risk)
    assert [step.share for step in ours.steps] == pytest.approx(list(theirs.surv_prob), abs=1e-12)
    known = [(ours.error, other) for ours, other in zip(ours.steps, theirs.surv_prob_se, strict=True) if ours.share]
    assert [ours for ours, _ in known] == pytest.approx([other for _, other in known], abs=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_aalen_johansen_is_that_of_statsmodels(seed):
    np = pytest.importorskip("numpy")
    from statsmodels.duration.survfunc import CumIncidenceRight

    cases = [*drawn(seed), Wait(90)]  # somebody is still followed at the end: theirs divides by nothing otherwise
    ends = ("issued", "refused", "left")
    status = np.array([0 if case.end is None else ends.index(case.end) + 1 for case in cases])
    theirs = CumIncidenceRight(np.array([case.days for case in cases]), status)
    ours = ended_by(cases, ends)
    for number, end in enumerate(ends):
        at = {step.day: step for step in ours[end].steps}
        places = [place for place, day in enumerate(theirs.times) if day in at]
        assert [at[theirs.times[place]].share for place in places] == pytest.approx(theirs.cinc[number][places])
        assert [at[theirs.times[place]].error for place in places] == pytest.approx(theirs.cinc_se[number][places])


def test_the_shares_of_all_ends_and_of_those_waiting_add_up_to_one():
    cases = drawn(7, truncated=True)
    ends = ("issued", "refused", "left")
    waiting, ended = still_waiting(cases, set(ends)), ended_by(cases, ends)
    for day in range(10, 50):
        total = (waiting.share_on(day) or 0.0) + sum(curve.share_on(day) or 0.0 for curve in ended.values())
        assert total == pytest.approx(1.0, abs=1e-12)


def test_where_nobody_is_still_open_the_share_is_a_plain_share():
    cases = [Wait(days, end) for days, end in ((100, "issued"), (140, "issued"), (140, "refused"), (200, "issued"))]
    assert ended_by(cases, ("issued", "refused"))["issued"].share_on(140) == pytest.approx(0.5)
    assert still_waiting(cases, {"issued", "refused"}).share_on(140) == pytest.approx(0.25)


def test_open_cases_make_the_wait_longer_than_the_mean_of_those_issued():
    issued, open_ones = waits(90, 100, 110, 120), waits("200+", "210+", "220+", "230+", "240+")
    assert still_waiting(issued, {"issued"}).median() == 100
    assert still_waiting([*issued, *open_ones], {"issued"}).median() is None


def test_a_case_followed_only_later_is_at_risk_only_then():
    early, late = waits(10, 20, 30), [Wait(25, "issued", entered=15)]
    assert [(step.day, step.at_risk) for step in still_waiting([*early, *late], {"issued"}).steps] == [(10, 3), (20, 3), (25, 2), (30, 1)]  # fmt: skip
    never_followed = [Wait(15, "issued", entered=15)]
    assert still_waiting([*early, *never_followed], {"issued"}) == still_waiting(early, {"issued"})


def test_leaving_truncation_out_of_account_would_make_waits_look_longer():
    """Those found waiting when records begin are the slow ones: they survived until then."""
    random = Random(11)
    everyone = [random.randrange(60, 300) for _ in range(4_000)]
    ages = [random.randrange(0, 300) for _ in everyone]  # the age each had when the records begin
    seen = [Wait(days, "issued", age) for days, age in zip(everyone, ages, strict=True) if age < days]
    fair = still_waiting(seen, {"issued"}).median()
    unfair = still_waiting([Wait(wait.days, wait.end) for wait in seen], {"issued"}).median()
    assert [fair, unfair] == [pytest.approx(180, abs=6), pytest.approx(215, abs=15)]


def test_the_tail_of_fewer_than_ten_at_risk_is_not_shown():
    curve = still_waiting(waits(*range(10, 30)), {"issued"})
    cut = still_waiting(waits(*range(10, 30)), {"issued"}, fewest=10)
    assert [step.at_risk for step in cut.steps] == list(range(20, 9, -1))
    assert [cut.share_on(20), cut.share_on(21), cut.median()] == [pytest.approx(0.45), None, 19]
    assert curve.share_on(21) == pytest.approx(0.4)


def test_the_curve_ends_with_the_last_ten_even_where_nothing_happens_afterwards():
    cases = [*waits(*range(10, 30)), *waits(*["50+"] * 9)]
    assert still_waiting(cases, {"issued"}, fewest=10).share_on(29) == pytest.approx(9 / 29)
    assert still_waiting(cases, {"issued"}, fewest=10).share_on(30) is None
    assert ended_by(cases, ("issued",), fewest=10)["issued"].share_on(30) is None


def test_nothing_is_said_beyond_what_was_followed():
    curve = still_waiting(waits(10, "20+"), {"issued"})
    assert (curve.share_on(5), curve.share_on(10), curve.share_on(20), curve.share_on(21)) == (1.0, 0.5, 0.5, None)


def test_of_no_cases_there_is_an_empty_curve():
    assert still_waiting([], {"issued"}) == Curve((), 1.0, -1)
    assert still_waiting([], {"issued"}).median() is None
    assert ended_by([], ("issued",))["issued"].share_on(0) is None


def test_a_band_stays_between_nothing_and_everything():
    for seed in range(20):
        for step in still_waiting(drawn(seed, cases=12), {"issued"}).steps:
            low, high = step.low or 0, step.high or 1
            assert 0 <= low <= step.share <= high <= 1
            assert math.isfinite(step.error)


def test_the_order_in_which_cases_come_changes_nothing():
    cases = drawn(5, truncated=True)
    shuffled = cases[::-1]
    assert still_waiting(cases, {"issued"}) == still_waiting(shuffled, {"issued"})
    assert ended_by(cases, ("issued", "left")) == ended_by(shuffled, ("issued", "left"))
