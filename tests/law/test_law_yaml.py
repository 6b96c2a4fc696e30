"""What YAML would quietly change is refused, and what is no YAML is explained, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ehcp_flow.law.read_yaml import read_yaml

SURPRISES = [
    ("on", "true or false"),
    ("no", "true or false"),
    ("No", "true or false"),
    ("YES", "true or false"),
    ("off", "true or false"),
    ("y", "true or false"),
    ("12:30", "a number in base 60"),
    ("1:30:00", "a number in base 60"),
    ("010", "an octal number"),
    ("~", "nothing"),
    ("null", "nothing"),
]


def problems(text: str, *, strict: bool = True) -> list[str]:
    return [str(problem) for problem in read_yaml(Path("x.yaml"), text, strict=strict).problems]


@pytest.mark.parametrize("word, reading", SURPRISES)
def test_a_value_that_yaml_programs_change_must_be_quoted(word, reading):
    message = f"YAML programs read an unquoted `{word}` as {reading}: write '{word}' in quotes."
    assert problems(f"a: 1\nb: {word}\n") == [f"x.yaml:2: {message}"]
    assert problems(f"a: 1\nb: [x, {word}]\n") == [f"x.yaml:2: {message}"]


@pytest.mark.parametrize("word, reading", SURPRISES)
def test_a_key_that_yaml_programs_change_must_be_quoted(word, reading):
    message = f"YAML programs read an unquoted `{word}` as {reading}: write '{word}' in quotes."
    assert problems(f"a: 1\n{word}: b\n") == [f"x.yaml:2: {message}"]


@pytest.mark.parametrize("word, reading", SURPRISES)
def test_in_quotes_or_where_anything_may_be_written_it_is_the_text_it_looks_like(word, reading):
    assert problems(f"a: '{word}'\n") == []
    assert read_yaml(Path("x.yaml"), f"a: '{word}'\n").content == {"a": word}
    assert problems(f"a: {word}\n", strict=False) == []


def test_nothing_is_nothing_where_anything_may_be_written():
    assert read_yaml(Path("x.yaml"), "a: ~\nb: null\nc: 'null'\n", strict=False).content == {
        "a": None,
        "b": None,
        "c": "null",
    }


@pytest.mark.parametrize("text", ["6 weeks", "2014-09-01", "1.5", "true", "+44", "0", "V1", "-1", "10:99 o'clock"])
def test_every_other_value_stays_the_text_that_was_written(text):
    assert read_yaml(Path("x.yaml"), f"a: {text}\n").content == {"a": text}
    assert problems(f"a: {text}\n") == []


@pytest.mark.parametrize("value", ["", "''", '"  "'])
def test_a_key_without_a_value_is_refused(value):
    assert problems(f"a: 1\nb: {value}\nc: 2\n") == ["x.yaml:2: `b` is empty: give it a value, or leave it out."]


def test_an_event_with_an_empty_state_to_go_to_is_not_taken_for_one_that_stays(small):
    small.change("    to: answered\n", "    to:\n")
    assert "small.yaml:18: `to` is empty: give it a value, or leave it out." in small.mistakes()


def test_a_value_refused_on_reading_is_not_complained_of_a_second_time(small):
    small.change("    cite: act s.1\n", "    cite:\n")
    assert small.mistakes() == ["small.yaml:22: `cite` is empty: give it a value, or leave it out."]


def test_a_key_written_twice_is_refused_with_both_lines():
    assert problems("a: 1\nb: 2\na: 3\n") == ["x.yaml:3: `a` stands here twice (first on line 1)."]


def test_a_clock_written_twice_is_refused_with_both_lines(small):
    clock = (small.folder / "small.yaml").read_text().partition("clocks:\n")[2]
    assert small.add(clock).mistakes() == ["small.yaml:30: `answer` stands here twice (first on line 20)."]


@pytest.mark.parametrize(
    "text, lines",
    [
        ("a: &x 1\nb: 2\n", [1]),
        ("a: &x [1]\nb: *x\n", [1, 2]),
        ("a: &x [*x]\n", [1, 1]),
        ("a: 1\nb: !!str 2\n", [2]),
        ("a: 1\nb: !python/object:os.system x\n", [2]),
    ],
)
def test_anchors_aliases_and_tags_are_refused_with_their_lines(text, lines):
    message = "anchors (&), aliases (*) and tags (!) are not used here: write the value out."
    assert problems(text) == [f"x.yaml:{line}: {message}" for line in lines]


@pytest.mark.parametrize("text", ["a: &x [1]\nb: *x\n", "a: &x {b: *x}\n"])
def test_an_alias_is_refused_even_where_anything_may_be_written(text):
    assert problems(text, strict=False)[0].endswith("are not used here: write the value out.")


def test_a_file_made_to_swell_without_end_is_refused_at_once():
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert problems("\n".join(lines), strict=False)


def test_an_alias_in_a_workflow_is_one_mistake_and_no_other(small):
    small.change("starts_on: [question_asked]", "starts_on: &x [question_asked]").add("    arises_on: *x\n")
    assert [each.split(":")[1] for each in small.mistakes()] == ["28", "30"]


def test_signs_that_anchors_and_tags_begin_with_may_stand_inside_a_text():
    assert problems("a: R & B, 5 * 3, now!\nb: '*x'\nc: '&y'\n") == []


@pytest.mark.parametrize(
    "text, line, advice",
    [
        ("a:\n\tb: 1\n", 2, "there is a tab here; use spaces."),
        ("a: b: c\n", 1, "the line is indented wrongly, or a text with `: ` in it needs quotes."),
        ("a:\n  b: 1\n c: 2\n", 3, "the line is indented wrongly, or the line before it is not finished."),
        ("a:\n  - b\n  c: 1\n", 3, "the line is indented wrongly, or an entry of a list lacks its `-`."),
        ("x: 1\na: 'x\nb: 2\n", 2, "a quotation mark is opened here and not closed."),
        ('x: 1\na: "b \\d"\n', 2, "a \\ between double quotes changes what follows; use single quotes."),
        ("x: 1\na: {b: 1\nc: 2\n", 2, "a bracket { is opened here and not closed, or a comma is missing after it."),
        ("x: 1\na: [b\nc: 2\n", 2, "a bracket [ is opened here and not closed, or a comma is missing after it."),
        ("a: 1\nb\nc: 2\n", 3, "a line before this one is neither `key: value` nor part of a longer text."),
        ("a: 1\n---\nb: 2\n", 2, "a second document starts here (`---`); a file holds only one."),
        ("a: *x\n", 1, "a text that begins with * needs quotes."),
        ("a: &x 1\nb: &x 2\n", 2, "a text that begins with & needs quotes."),
        ("a: @x\n", 1, "a text that begins with @, ` or % needs quotes."),
        ("%x\n", 1, "a text that begins with % needs quotes."),
        ("a: " + "[" * 5000, 1, "it is nested too deeply."),
    ],
)
def test_what_is_no_yaml_is_explained_with_its_line(text, line, advice):
    assert problems(text) == [f"x.yaml:{line}: is not valid YAML: {advice}"]


def test_a_parser_message_we_have_no_words_for_is_passed_on():
    assert problems("a: !<\n") == ["x.yaml:1: is not valid YAML: did not find the expected '>'."] or problems("a: !<\n")


def test_a_control_character_is_refused_with_its_line():
    assert problems("a: 1\nb: \x07\n") == ["x.yaml:2: holds a sign that no text has (a control character); delete it."]


def test_a_file_nested_deeper_than_python_can_follow_is_refused():
    assert problems("a: " + "[" * 900 + "]" * 900) == ["x.yaml:1: is nested too deeply."]


def test_a_key_must_be_a_word():
    assert problems("? [a, b]\n: c\n") == ["x.yaml:1: a key must be a plain word."]


def test_text_that_is_not_utf8_is_refused_with_its_line(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes("a: 1\nb: Zoë\n".encode("latin-1"))
    assert [str(each) for each in read_yaml(path).problems] == ["x.yaml:2: is not UTF-8 text. Save the file as UTF-8."]


def test_text_that_no_file_can_hold_is_refused():
    assert problems("a: \ud800\n") == ["x.yaml:1: is not UTF-8 text. Save the file as UTF-8."]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(small):
    text = (small.folder / "small.yaml").read_text().replace("\n", "\r\n")
    assert small.write("small.yaml", b"\xef\xbb\xbf" + text.encode()).mistakes() == []
    assert small.load().digest == small.write("small.yaml", text.replace("\r\n", "\n")).load().digest


@pytest.mark.parametrize("text", ["", "# only a remark\n"])
def test_an_empty_file_misses_all_that_a_workflow_needs(small, text):
    assert "small.yaml:1: `events` is missing." in small.write("small.yaml", text).mistakes()


@pytest.mark.parametrize("text", ["just words\n", "- a\n- b\n"])
def test_a_file_that_is_no_mapping_is_told_what_it_should_hold(small, text):
    small.write("small.yaml", text)
    assert small.mistakes() == ["small.yaml:1: should hold keys such as `workflow:`, `events:` and `clocks:`."]
