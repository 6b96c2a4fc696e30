"""A workflow's files: its name, its parts, the sources all share, and files nobody would read."""

from __future__ import annotations

import pytest

from ehcp_flow.errors import BadFile, BadInput, UnknownName
from ehcp_flow.law.load import load_folder, named

PART = """\
part_of: small
states:
  referred: {title: Referred}
events:
  question_referred:
    {title: Question referred, dated: the day, from: asked, to: referred}
"""


def test_a_part_adds_entries_of_its_own(small):
    workflow = small.write("small.more.yaml", PART).load()
    assert list(workflow.states) == ["asked", "answered", "referred"]
    assert workflow.events["question_referred"].to == "referred"


def test_a_part_may_bring_what_the_main_file_has_none_of(small):
    kpi = "kpis:\n  share: {title: Share, meaning: The share, clock: answer, cohort: due_in_period}\n"
    assert list(small.write("small.kpis.yaml", "part_of: small\n" + kpi).load().kpis) == ["share"]


def test_a_change_in_a_part_is_another_version_of_the_workflow(small):
    before = small.write("small.more.yaml", PART).load().digest
    assert small.change("Referred}", "Passed on}", "small.more.yaml").load().digest != before


def test_a_mistake_in_a_part_names_the_part_and_its_line(small):
    small.write("small.more.yaml", PART.replace("from: asked", "from: askd"))
    assert "small.more.yaml:6: there is no state called `askd`; did you mean `asked`?" in small.mistakes()


@pytest.mark.parametrize("says", ["part_of: other", "part_of: [small]"])
def test_a_part_must_belong_to_the_workflow_its_name_says(small, says):
    small.write("small.more.yaml", PART.replace("part_of: small", says))
    assert small.mistakes() == ["small.more.yaml:1: should say `part_of: small`, as its name does."]


@pytest.mark.parametrize("text", ["", "- a\n"])
def test_a_part_that_holds_nothing_must_still_say_what_it_is_part_of(small, text):
    small.write("small.more.yaml", text)
    assert small.mistakes() == ["small.more.yaml:1: should say `part_of: small`, as its name does."]


def test_a_part_cannot_change_what_only_the_main_file_says(small):
    small.write("small.more.yaml", PART + "title: Another title\n")
    kinds = "states, events, exceptions, clocks, kpis"
    assert small.mistakes() == [f"small.more.yaml:7: a part may add to {kinds}; `title` is none of them."]


def test_what_a_part_adds_must_be_entries(small):
    small.write("small.more.yaml", PART + "clocks: [answer]\n")
    assert small.mistakes() == ["small.more.yaml:7: `clocks` should hold entries, each with its name."]


def test_a_part_of_a_main_file_whose_own_entries_are_none_is_no_second_mistake(small):
    small.write("small.more.yaml", PART).change("states:\n  asked: {title: Asked}\n", "states: [asked]\nx:\n")
    assert "small.yaml:5: `states` should hold keys of its own." in small.mistakes()


def test_an_entry_that_stands_in_two_parts_is_refused_with_both_places(small):
    small.write("small.a.yaml", PART).write("small.b.yaml", PART)
    assert small.mistakes() == [
        "small.b.yaml:3: `referred` stands also in small.a.yaml, line 3.",
        "small.b.yaml:5: `question_referred` stands also in small.a.yaml, line 5.",
    ]


def test_an_entry_that_stands_in_the_main_file_and_a_part_is_refused_with_both_places(small):
    small.write("small.a.yaml", PART.replace("referred: {title: Referred}", "asked: {title: Asked again}"))
    assert "small.a.yaml:3: `asked` stands also in small.yaml, line 6." in small.mistakes()


def test_a_part_without_its_main_file_is_not_passed_over(small):
    small.write("smal.more.yaml", PART)
    assert small.mistakes() == ["smal.more.yaml: belongs to smal.yaml, which is not there."]


def test_a_file_with_the_other_ending_is_not_passed_over(small):
    small.write("other.yml", PART)
    assert small.mistakes() == ["other.yml: is not read: call it other.yaml."]


@pytest.mark.parametrize(
    "name", [".small.swp.yaml", "README.md", "schema.json", "small.test.yaml", "small.more.test.yaml"]
)
def test_hidden_files_tables_and_files_of_other_kinds_are_left_alone(small, name):
    assert small.write(name, "nothing: here\n").mistakes() == []


def test_a_file_named_otherwise_than_its_workflow_is_refused(small):
    small.change("workflow: small", "workflow: smaller")
    assert small.mistakes() == ["small.yaml:1: the file is called small.yaml, so this must be small."]


def test_a_workflow_may_cite_texts_of_its_own(small):
    small.add("sources:\n  own: {title: Own, short: own, url: 'https://example.org', last_checked: 2026-11-24}\n")
    workflow = small.change("cite: act s.1", "cite: own -").load()
    assert set(workflow.sources) == {"act", "own"}


def test_a_text_of_its_own_may_not_hide_one_that_all_share(small):
    small.add("sources:\n  act: {title: Own, short: own, url: 'https://example.org', last_checked: never}\n")
    assert small.mistakes() == ["sources.yaml:2: `act` stands also in small.yaml, line 31."]


def test_without_a_file_of_sources_the_workflow_needs_its_own(small):
    (small.folder / "sources.yaml").unlink()
    assert small.mistakes() == ["small.yaml:1: `sources` is missing."]


@pytest.mark.parametrize(
    "text, mistake",
    [
        ("sources: [act]\n", "sources.yaml:1: `sources` should hold entries, each with its name."),
        ("sources: {}\nsorces: {}\n", "sources.yaml:2: this file holds one key, `sources:`; `sorces` is another."),
        ("- act\n", "small.yaml:22: there is no source called `act`."),
        ("sources: {act: Small Act}\n", "sources.yaml:1: `sources.act` should hold keys of its own (found: Small Act)."),
    ],
)  # fmt: skip
def test_a_file_of_sources_that_holds_something_else_is_refused(small, text, mistake):
    assert mistake in small.write("sources.yaml", text).mistakes()


def test_a_file_that_cannot_be_opened_is_a_mistake_like_others(small):
    (small.folder / "small.more.yaml").mkdir()
    assert "small.more.yaml: cannot be read: Is a directory." in small.mistakes()


OPENS = "    opens: {workflow: WORKFLOW, with: EVENT, reason: It goes on.}\n"


def test_an_event_may_open_a_case_of_another_process(small):
    text = (small.folder / "small.yaml").read_text().replace("workflow: small", "workflow: other")
    small.write("other.yaml", text)
    small.change(
        "    to: answered\n",
        "    to: answered\n" + OPENS.replace("WORKFLOW", "other").replace("EVENT", "question_asked"),
    )
    assert small.mistakes() == []


def test_an_event_cannot_open_a_case_of_a_process_that_is_not_there(small):
    small.change("    to: answered\n", "    to: answered\n" + OPENS.replace("WORKFLOW", "smal").replace("EVENT", "x"))
    assert small.mistakes() == ["small.yaml:19: there is no workflow called `smal`; did you mean `small`?"]


@pytest.mark.parametrize("event", ["question_askd", "answer_sent"])
def test_an_event_can_open_a_case_only_with_an_event_that_opens_one(small, event):
    small.change(
        "    to: answered\n", "    to: answered\n" + OPENS.replace("WORKFLOW", "small").replace("EVENT", event)
    )
    (mistake,) = small.mistakes()
    assert mistake.startswith(f"small.yaml:19: no case of small opens with an event called `{event}`")


def test_every_file_of_a_folder_is_looked_at_before_anything_is_refused(small):
    small.write("other.yaml", "").write("third.yaml", "a: [\n").change("    check: V1\n", "")
    names = {each.partition(":")[0] for each in small.mistakes()}
    assert names == {"other.yaml", "small.yaml", "third.yaml"}


def test_a_folder_that_is_not_there_is_refused_with_what_to_set(tmp_path):
    with pytest.raises(BadInput, match=r"There is no folder of workflows at .* Set EHCP_WORKFLOWS to where they are."):
        load_folder(tmp_path / "nowhere")


def test_a_folder_without_a_workflow_is_refused(tmp_path):
    (tmp_path / "sources.yaml").write_text("sources: {}\n")
    with pytest.raises(BadInput, match="holds no workflow file"):
        load_folder(tmp_path)


def test_a_workflow_is_found_by_its_name_and_an_unknown_one_is_answered_with_those_there_are(small):
    workflows = load_folder(small.folder)
    assert named(workflows, "small").title == "Questions and answers"
    with pytest.raises(UnknownName, match=r"There is no workflow called large\. There are: small."):
        named(workflows, "large")


def test_a_single_file_is_refused_with_its_name(small):
    small.change("    check: V1\n", "")
    with pytest.raises(BadFile, match=r"small\.yaml cannot be used:"):
        small.load()
