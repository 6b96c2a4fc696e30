"""All mistakes are told at once, whatever their kind, each with its file and line; none that only follows from another."""

from __future__ import annotations

SPOILT = """\
workflow: small
title: Questions and answers
covers_from: yesterday
states:
  asked: {title: Asked}
  answered: {title: Answered, ended: true}
  lost: {title: Lost}
events:
  question_asked:
    title: Question asked
    dated: the day it came
    from: not_started
    to: asked
  answer_sent:
    title: Answer sent
    dated: the day it went
    from: [asked, askd]
    to: answered
clocks:
  answer:
    title: Answer the question
    cite: akt s.1
    check: V1
    basis: law
    duty_on: local_authority
    within: 6 weeks
    counting: next_day
    starts_on: [question_asked]
    stops_on: [answer_sent]
  answer_again:
    title: Answer again
    basis: legal
    duty_on: local_authority
    within: 010
    starts_on: [question_asked]
    stops_on: [answer_sent]
    if_repaeted: restart
    stops_on: [answer_sent]
kpis:
  share: {title: Share, meaning: The share, clock: anser, cohort: due_in_period}
"""


def test_mistakes_of_writing_of_shape_and_of_meaning_are_told_together_in_the_order_of_the_file(small):
    small.write("small.yaml", SPOILT)
    assert small.mistakes() == [
        "small.yaml:1: `applies_in` is missing.",
        "small.yaml:3: `covers_from`: `yesterday` is not a date. Write it as 2020-05-01.",
        "small.yaml:7: no case can come to the state `lost`.",
        "small.yaml:17: there is no state called `askd`; did you mean `asked`?",
        "small.yaml:22: there is no source called `akt`; did you mean `act`?",
        "small.yaml:30: `clocks.answer_again.cite` is missing.",
        "small.yaml:30: `clocks.answer_again.check` is missing.",
        "small.yaml:32: `clocks.answer_again.basis` should be law, guidance or local (found: legal).",
        "small.yaml:34: YAML programs read an unquoted `010` as an octal number: write '010' in quotes.",
        "small.yaml:34: `clocks.answer_again.within.limit`: `010` is not a length of time. Write for example 6 weeks, 15 days, 12 months.",
        "small.yaml:37: `clocks.answer_again.if_repaeted` is not a key that is known here; did you mean `if_repeated`?",
        "small.yaml:38: `stops_on` stands here twice (first on line 36).",
        "small.yaml:40: there is no clock called `anser`; did you mean `answer`?",
    ]  # fmt: skip


def test_a_spoilt_event_is_not_also_missed_by_the_clocks_that_name_it(small):
    small.change("    dated: the day it came\n", "")
    assert small.mistakes() == ["small.yaml:9: `events.question_asked.dated` is missing."]


def test_a_misspelt_key_of_an_event_does_not_make_states_unreachable(small):
    small.change("    to: asked\n", "    too: asked\n")
    assert small.mistakes() == [
        "small.yaml:13: `events.question_asked.too` is not a key that is known here; did you mean `to`?"
    ]


def test_a_spoilt_clock_is_not_also_missed_by_figures_and_exceptions(small):
    small.change("    check: V1\n", "    unless: {ill: act s.2}\n").add(
        "kpis:\n  share: {title: Share, meaning: The share, clock: answer, cohort: due_in_period}\n"
        "exceptions:\n  ill: {title: Ill, meaning: Ill, dated: the day}\n"
    )
    assert small.mistakes() == [
        "small.yaml:20: `clocks.answer.check` is missing.",
        "small.yaml:32: no event records exceptions: give one `records_exception: true`.",
    ]


def test_where_a_whole_part_is_missing_only_that_is_said(small):
    text = (small.folder / "small.yaml").read_text()
    small.write("small.yaml", text.partition("events:\n")[0] + "clocks:" + text.partition("clocks:")[2])
    assert small.mistakes() == ["small.yaml:1: `events` is missing."]


def test_a_figure_of_the_wrong_shape_does_not_hide_mistakes_of_meaning(small):
    small.add("kpis: {share: {title: Share, clock: answer, cohort: sometime, meaning: The share}}\n")
    small.change("stops_on: [answer_sent]", "stops_on: [answer_snt]")
    assert small.mistakes() == [
        "small.yaml:29: there is no event called `answer_snt`; did you mean `answer_sent`?",
        "small.yaml:30: `kpis.share.cohort` should be stopped_in_period, due_in_period or started_in_period (found: sometime).",
    ]  # fmt: skip


def test_text_about_the_process_of_the_wrong_shape_does_not_hide_mistakes_of_meaning(small):
    small.change("covers_from:", "about: [one, two]\ncovers_from:").change(
        "stops_on: [answer_sent]", "stops_on: [answer_snt]"
    )
    assert [each.split(":")[1] for each in small.mistakes()] == ["4", "30"]


def test_several_mistakes_in_one_new_clock_are_all_told(small):
    small.change("    within: 6 weeks\n", "    witin: 6 weeks\n").change("    check: V1\n", "").change(
        "act s.1", "akt s.1"
    )
    small.change("basis: law", "basis: legal").change("local_authority", "Local Authority").change(
        "[answer_sent]", "[answer_snt]"
    )
    small.add("    warn_from: soon\n    unless:\n      ill: {chek: R}\n      il: act s.2\n    if_repeated: maybe\n")
    assert small.mistakes() == [
        "small.yaml:20: `clocks.answer.check` is missing.",
        "small.yaml:22: there is no source called `akt`; did you mean `act`?",
        "small.yaml:23: `clocks.answer.basis` should be law, guidance or local (found: legal).",
        "small.yaml:24: `clocks.answer.duty_on` should be small letters and _, such as local_authority (found: Local Authority).",
        "small.yaml:25: `clocks.answer.witin` is not a key that is known here; did you mean `within`?",
        "small.yaml:28: there is no event called `answer_snt`; did you mean `answer_sent`?",
        "small.yaml:29: `clocks.answer.warn_from`: `soon` is not a length of time. Write for example 6 weeks, 15 days, 12 months.",
        "small.yaml:31: `clocks.answer.unless.ill.cite` is missing.",
        "small.yaml:31: `clocks.answer.unless.ill.chek` is not a key that is known here; did you mean `check`?",
        "small.yaml:31: there is no exception called `ill`.",
        "small.yaml:32: there is no exception called `il`.",
        "small.yaml:33: `clocks.answer.if_repeated` should be keep_first or restart (found: maybe).",
    ]  # fmt: skip


def test_a_wrong_detail_does_not_hide_what_else_is_wrong(small):
    small.change("    to: asked\n", "    to: asked\n    details: {who: {titel: Who}}\n").add("    one_for_each: whom\n")
    assert small.mistakes() == [
        "small.yaml:14: `events.question_asked.details.who.title` is missing.",
        "small.yaml:14: `events.question_asked.details.who.titel` is not a key that is known here; did you mean `title`?",
        "small.yaml:31: `question_asked` has no detail called `whom`.",
    ]  # fmt: skip


def test_a_figure_on_a_clock_whose_basis_is_wrong_is_not_a_second_mistake(small):
    small.change("basis: law", "basis: advice").add(
        "kpis: {share: {title: Share, meaning: The share, clock: answer, basis: guidance, cohort: due_in_period}}\n"
    )
    assert small.mistakes() == [
        "small.yaml:24: `clocks.answer.basis` should be law, guidance or local (found: advice)."
    ]


def test_without_any_source_a_wrong_citation_hides_no_other_mistake(small):
    small.write("sources.yaml", "sources: {}\n").change("cite: act s.1", "cite: s.1").change(
        "[answer_sent]", "[answer_snt]"
    )
    assert [each.split(":")[1] for each in small.mistakes()] == ["22", "22", "29"]


def test_an_entry_that_is_no_mapping_is_set_aside(small):
    small.add("  remind: soon\n  remember: {}\n").change("[answer_sent]", "[answer_snt]")
    found = [each.split(":")[1] for each in small.mistakes()]
    assert found == ["29", "30", *["31"] * 7]
