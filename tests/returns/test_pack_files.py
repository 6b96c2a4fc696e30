"""Files for analysts, and the manifest that holds the pack together."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl

from ehcp_flow.analytics.figure_table import Column, FigureTable
from ehcp_flow.returns.manifest import manifest, pack_hash, sha256, stamped
from ehcp_flow.returns.pack import Material, pack_files
from ehcp_flow.returns.tidy_files import CASE_COLUMNS, case_frame, csv_bytes, described, parquet_bytes, table_frame


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_table_keeps_its_kinds_in_both_files(pair):
    frame = table_frame(pair)
    assert frame.schema == {
        "month": pl.String, "in_time": pl.Int64, "of": pl.Int64, "issued_percent": pl.Float64,
        "issued_low": pl.Float64, "issued_high": pl.Float64, "due_percent": pl.Float64,
    }  # fmt: skip
    assert pl.read_parquet(io.BytesIO(parquet_bytes(frame))).equals(frame)
    assert rows_of(csv_bytes(frame))[1:3] == [
        ["2026-04", "19", "41", "46.34146", "32.1", "61.2", "40.0"],
        ["2026-05", "0", "0", "", "", "", "55.5"],
    ]


def test_no_cell_of_a_csv_begins_as_a_formula_does():
    nasty = ["=1+1", "+1", "-1", "@A1", "\t=1", " =1", "plain", 'quoted "x", y']
    table = FigureTable("x", "X", "", "", (Column("name", "Name"),), tuple((text,) for text in nasty))
    frame = table_frame(table)
    cells = [row[0] for row in rows_of(csv_bytes(frame))[1:]]
    assert cells == ["'=1+1", "'+1", "'-1", "'@A1", "'\t=1", "' =1", "plain", 'quoted "x", y']
    assert frame["name"].to_list() == nasty  # Parquet keeps what was said


def test_the_cases_behind_a_number_are_found_by_the_text_of_its_row(pair):
    assert case_frame([pair]).rows() == [("pair", "2026-04", "in_time", "NA-1"), ("pair", "2026-04", "in_time", "NA-2")]


def test_every_column_of_every_file_is_in_the_dictionary(pair, backlog, report_of):
    observed = pl.DataFrame({"case_ref": ["NA-1"], "due_on": ["2026-10-01"]})
    described_too = tuple(replace(CASE_COLUMNS[0], file="observations", column=name) for name in observed.columns)
    material = Material(report_of(pair, backlog), (pair, backlog), observed, described_too)
    files = pack_files(material)
    told = {(row[0], row[1]) for row in rows_of(files["data/data_dictionary.csv"])[1:]}
    data = {name: content for name, content in files.items() if name.endswith(".csv") and "dictionary" not in name}
    assert {name.removeprefix("data/").removesuffix(".csv") for name in data} == {
        "pair", "backlog", "cases", "observations",
    }  # fmt: skip
    for name, content in data.items():
        file = name.removeprefix("data/").removesuffix(".csv")
        assert {(file, column) for column in rows_of(content)[0]} <= told
    assert {entry.unit for entry in described([pair])} == {
        "month, 2026-10",
        "number of cases or events",
        "per cent, 0 to 100, unrounded",
    }


def test_a_pack_for_publication_lists_no_cases(pair, report_of, facts):
    report = replace(report_of(pair), facts=replace(facts, is_published=True))
    assert [name for name in pack_files(Material(report, (pair,))) if "cases" in name or "observations" in name] == []


def test_the_run_stamp_is_all_that_differs_when_a_manifest_is_made_again(pair, facts):
    said = manifest(facts, [pair], {"a.csv": b"1"}, {"figures": "00"})
    first = json.loads(stamped(said, datetime(2026, 11, 3, 3, tzinfo=UTC), "nights"))
    second = json.loads(stamped(said, datetime(2027, 1, 1, 9, tzinfo=UTC), "asmith"))
    assert first.pop("run") == {"made_at": "2026-11-03T03:00:00+00:00", "made_by": "nights"}
    assert second.pop("run")["made_by"] == "asmith"
    assert first == second
    assert first["files"] == {"a.csv": sha256(b"1")}
    assert first["known_at"] == "2026-11-03T02:30:01.000250+00:00"
    assert first["workflows"]["needs_assessment"]["digest"] == "ab" * 32
    assert first["pack"] == pack_hash(first)


def test_a_changed_word_of_the_law_or_a_changed_record_is_another_pack(pair, facts):
    def pack(**changes):
        return manifest(replace(facts, **changes), [pair], {}, {})["pack"]

    law = (replace(facts.laws[0], digest="99" * 32),)
    inputs = replace(facts.inputs, journal="00" * 32)
    assert len({pack(), pack(laws=law), pack(inputs=inputs), pack(calendar="England, other")}) == 4
