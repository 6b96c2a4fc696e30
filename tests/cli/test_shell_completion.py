"""What the shell offers after Tab, by the protocol the shell itself uses."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.fixture
def tab(ehcp):
    """What bash offers for what was typed so far."""

    def complete(typed):
        environment = {
            **os.environ, "EHCP_DATABASE_URL": ehcp.url, "_EHCP_COMPLETE": "complete_bash",
            "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1),
        }  # fmt: skip
        code = "import sys; sys.argv[0] = 'ehcp'; from ehcp_flow.cli.app import main; main()"
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert done.stderr == ""
        return done.stdout.split()

    return complete


def test_the_lawful_events_are_offered_for_the_case_that_was_typed(ehcp, tab):
    ehcp.tell("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    offered = tab("ehcp record X1 ")
    assert "final_plan_sent" in offered
    assert "assessment_agreed" not in offered
    assert tab("ehcp record X1 final") == ["final_plan_sent"]


def test_references_of_cases_and_names_of_commands_are_offered(ehcp, tab):
    ehcp.tell("NA-2025-0001", "2025-04-02 request_received")
    ehcp.tell("NA-2025-0012", "2025-04-02 request_received")
    assert tab("ehcp show NA") == ["NA-2025-0001", "NA-2025-0012"]
    assert tab("ehcp explain NA-2025-001") == ["NA-2025-0012"]
    assert tab("ehcp br") == ["breaches"]


def test_an_unknown_case_offers_nothing_and_says_nothing(tab):
    assert tab("ehcp record X9 ") == []


def test_zsh_gets_the_titles_too(ehcp):
    ehcp.tell("X1", "2025-04-02 request_received")
    environment = {
        **os.environ, "EHCP_DATABASE_URL": ehcp.url, "_EHCP_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "ehcp record X1 assessment_a",
    }  # fmt: skip
    code = "import sys; sys.argv[0] = 'ehcp'; from ehcp_flow.cli.app import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    assert "assessment_agreed" in done.stdout
    assert "Family told that there will be an assessment" in done.stdout
