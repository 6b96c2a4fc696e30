"""`ehcp observations` in a terminal and in a pipe."""

from __future__ import annotations

import csv
import io


def test_csv_goes_to_the_pipe_and_remarks_to_the_error_stream(ehcp):
    ehcp.tell("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    said = ehcp("observations", "--as-of", "2025-08-21")
    assert said.code == 0
    found = list(csv.DictReader(io.StringIO(said.out.lstrip("\ufeff"))))
    late = [(each["clock"], each["days_late"]) for each in found if each["outcome"] == "breach"]
    assert ("finalise_plan", "1") in late
    assert "of 1 cases" in said.err


def test_a_file_is_written_once(ehcp, tmp_path):
    ehcp.tell("X1", "2025-04-02 request_received")
    out = tmp_path / "observations.parquet"
    assert ehcp("observations", "--format", "parquet", "--out", str(out)).code == 0
    assert out.read_bytes().startswith(b"PAR1")
    again = ehcp("observations", "--format", "parquet", "--out", str(out))
    assert again.code == 1
    assert "There is a file" in again.err


def test_parquet_without_a_file_is_wrong_usage_and_the_dictionary_needs_no_database(ehcp, ehcp_without_database):
    assert ehcp("observations", "--format", "parquet").code == 2
    said = ehcp_without_database("observations", "--dictionary")
    assert said.code == 0
    assert "days_late" in said.out


def test_an_empty_database_says_what_to_do_next(ehcp):
    assert "ehcp import" in ehcp("observations").err
