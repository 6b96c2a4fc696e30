"""The file of who is told what: read strictly, every mistake with its line, no secret ever repeated."""

from __future__ import annotations

import textwrap

import pytest

from ehcp_flow.errors import BadFile
from ehcp_flow.services.channels import Channels, Ladder
from ehcp_flow.services.check_channels import check_channels
from ehcp_flow.services.read_channels import read_channels

NOTIFY = "ehcp-" + "1" * 36 + "-" + "2" * 36
ENVIRONMENT = {
    "SMTP_USER": "clerk@council",
    "SMTP_WORD": "p@ss/w:rd",
    "TEAMS": "workflows://prod-1.logic.azure.com:443/643e69f8/xyz-signature/",
    "EHCP_NOTIFY_KEY": NOTIFY,
}


@pytest.fixture
def read(tmp_path):
    def make(text: str, environment=None) -> Channels:
        path = tmp_path / "channels.yaml"
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return read_channels(path, ENVIRONMENT if environment is None else environment)

    return make


def test_the_whole_file(read):
    found = read(
        """
        link: https://ehcp.council.example
        mail: mailtos://${SMTP_USER}:${SMTP_WORD}@smtp.council.example?from=ehcp@council.example
        officers:
          asmith: [asmith@council.example]
        team_managers: {North: [boss@council.example, "${TEAMS}"]}
        directors: ["notify://11111111-2222-3333-4444-555555555555/director@council.example"]
        advice_givers: {health: [therapy@nhs.example]}
        escalate: {after: 3 working days, then: 1 working day}
        figures: [plans_within_20_weeks]
        even_if_empty: officers
        days: every day
        """
    )
    assert found.link == "https://ehcp.council.example"
    assert [(who, channel.says) for who, channel in found.everybody()] == [
        ("officer asmith", "e-mail to asmith@council.example"),
        ("team North", "e-mail to boss@council.example"),
        ("team North", "workflows"),
        ("advice-giver health", "e-mail to therapy@nhs.example"),
        ("directors", "GOV.UK Notify to director@council.example"),
    ]
    assert found.ladder == Ladder(3, 1)
    assert (found.figures, found.even_if_empty, found.every_day) == (("plans_within_20_weeks",), True, True)


def test_an_empty_file_tells_nobody(read):
    assert list(read("# nobody yet\n").everybody()) == []


def test_a_password_may_hold_anything_and_is_never_shown(read):
    from ehcp_flow.services.deliver_mail import read_route

    channel = read(
        """
        mail: mailtos://${SMTP_USER}:${SMTP_WORD}@smtp.council.example:2525?from=ehcp@council.example
        directors: [director@council.example]
        """
    ).directors[0]
    route = read_route(channel.url)
    assert (route.user, route.password) == ("clerk@council", "p@ss/w:rd")
    assert (route.host, route.port, route.security) == ("smtp.council.example", 2525, "starttls")
    assert "w:rd" not in repr(channel) + repr(route)


def test_a_channel_keeps_its_mark_when_a_password_or_a_server_changes(read):
    text = """
        mail: mailtos://u:${SMTP_WORD}@smtp.council.example?from=ehcp@council.example
        directors: [director@council.example, "${TEAMS}"]
        """
    before = [channel.mark for channel in read(text).directors]
    other = {**ENVIRONMENT, "SMTP_WORD": "another", "TEAMS": ENVIRONMENT["TEAMS"].replace("xyz", "abc")}
    after = read(text.replace("smtp.council", "mail.council"), other).directors
    assert [channel.mark for channel in after] == before
    assert len(set(before)) == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("director: [a@b.example]", "`director` is not known here: there are link, mail, officers"),
        ("directors: a@b.example", "`directors` should be a list"),
        ("directors: [a@b.example, [c@d.example]]", "`directors` should be a list"),
        ("officers: [a@b.example]", "`officers` should be names with their addresses"),
        ("directors: [director]", "neither an e-mail address nor an address that begins with"),
        ("directors: ['nosuch://somewhere']", "Apprise does not understand this address (nosuch://)"),
        ("directors: ['mailtos://smtp.example?from=a@b.example']", "`to=` must give one e-mail address"),
        ("directors: ['mailtos://smtp.example?from=a@b.example&to=c@d.example,e@f.example']", "write a line for each"),
        ("directors: ['mailtos://smtp.example?to=c@d.example']", "`from=` must give one e-mail address"),
        ("directors: ['mailtos://smtp.example?form=a@b.example&to=c@d.example']", "`form` is not known for e-mail"),
        ("directors: ['mailto://smtp.example?mode=ssl&from=a@b.example&to=c@d.example']", "with mailtos:// only"),
        ("directors: ['mailtos://smtp.example:here?from=a@b.example&to=c@d.example']", "name or port cannot be read"),
        ("directors: ['notify://director@council.example']", "write it as notify://TEMPLATE_ID/"),
        ("directors: ['notify://t/a@b.example?api=http://x.example']", "`api=` must begin with https://"),
        ("link: ehcp.example", "`link` should be the address of EHCP Flow's pages"),
        ("escalate: 3 working days", "`escalate` should say {after: 3 working days"),
        ("escalate: {after: 3 days}", "`after` should be a number of working days"),
        ("escalate: {after: 3 working days, than: 5 working days}", "`than` is not known here"),
        ("even_if_empty: always", "`even_if_empty` can be: officers or nobody"),
        ("even_if_empty: yes", "write 'yes' in quotes"),
        ("days: [monday]", "`days` should be one piece of text"),
        ("officers: {asmith: [a@b.example], asmith: [c@d.example]}", "stands here twice"),
    ],
)
def test_each_mistake_is_told_with_its_line(read, line, says):
    with pytest.raises(BadFile) as told:
        read(f"# who is told\nmail: mailto://127.0.0.1?from=ehcp@council.example\n{line}\n")
    assert says in str(told.value)
    assert "channels.yaml:3: " in str(told.value)


def test_all_mistakes_are_told_at_once_and_no_secret(read):
    with pytest.raises(BadFile) as told:
        read(
            """
            mail: mailtos://u:hush-hush@smtp.example?form=x
            officers: {asmith: [a@b.example]}
            directors: ['mailtos://u:${NOT_THERE}@smtp.example?from=a@b.example&to=c@d.example']
            daze: every day
            """
        )
    assert [problem.line for problem in told.value.problems] == [2, 3, 4]
    assert "NOT_THERE is not set in the environment." in str(told.value)
    assert "hush-hush" not in str(told.value)


@pytest.mark.parametrize(("key", "says"), [("", "EHCP_NOTIFY_KEY is not set"), ("abc", "does not look like a key")])
def test_notify_needs_its_key(read, key, says):
    with pytest.raises(BadFile, match=says):
        read("directors: ['notify://t/a@b.example']\n", {"EHCP_NOTIFY_KEY": key})


def test_a_look_over_the_file_names_who_is_told_and_who_is_forgotten(told, staff):
    office = told(
        """
        mail: mailto://smtp.council.example?from=ehcp@council.example
        officers: {asmith: [asmith@council.example], nobody: [nobody@council.example]}
        team_managers: {East: [boss@council.example]}
        figures: [plans_in_time]
        escalate: {after: 3 working days}
        """
    )
    found = check_channels(office)
    assert found.told[0] == ("officer asmith", "e-mail to asmith@council.example")
    assert found.doubts[:6] == (
        "There is no officer called nobody.",
        "There is no team called East.",
        "There is no figure called plans_in_time.",
        "Officers who are told nothing: bjones, cwest.",
        "Teams whose manager is told nothing: North, South.",
        "The ladder ends nowhere: no `directors:` are named.",
    )
    assert found.doubts[6] == "officer asmith: e-mail to asmith@council.example goes out unencrypted; use mailtos://."
