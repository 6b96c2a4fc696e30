"""Reading trackers costs nothing to those who do not."""

from __future__ import annotations

import gc
import subprocess
import sys

from ehcp_flow.intake.collection import collection_paused

SLOW = ["python_calamine", "charset_normalizer", "xlsxwriter", "sqlalchemy", "polars", "duckdb"]


def test_slow_libraries_are_loaded_only_when_a_file_needs_them() -> None:
    modules = "table, read_mapping, plan, guess, error_workbook"
    code = f"import sys; from ehcp_flow.intake import {modules}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in SLOW if name in loaded] == []


def test_garbage_collection_is_left_as_it_was_found() -> None:
    with collection_paused():
        assert not gc.isenabled()
        with collection_paused():
            pass
        assert not gc.isenabled(), "the inner pause must not end the outer one"
    assert gc.isenabled()
