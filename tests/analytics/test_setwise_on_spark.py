"""Where a region or the nation has its data on Spark, the same expressions give the same clocks and figures."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import date

import narwhals as nw
import polars as pl
import pytest

from ehcp_flow.analytics.kpi_frame import kpi_counts
from ehcp_flow.analytics.setwise.backend import Backend, spark_backend
from ehcp_flow.analytics.setwise.dated import COLUMNS
from ehcp_flow.analytics.setwise.derivation import derive_all
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.law.load import load_folder
from ehcp_flow.settings import shipped_workflows
from tests.analytics.setwise_harness import (
    as_columns,
    by_the_engine,
    differences,
    on_polars,
    rows_by_case,
)
from tests.analytics.test_setwise_equals_engine import journals_at_random

WORKFLOWS = load_folder(shipped_workflows())
AS_OF = date(2022, 1, 1)


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """One small session, for starting one takes ten seconds."""
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        pytest.skip("there is no Java for Spark")
    sql = pytest.importorskip("pyspark.sql", reason="Spark is not installed: scripts/setup-spark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    folder = str(tmp_path_factory.mktemp("spark"))
    settings = {
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": folder,
        "spark.local.dir": folder,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.adaptive.enabled": "false",
        # Compiling each step would take far longer than running it on so few rows.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    building = sql.SparkSession.builder.master("local[1]").appName("ehcp-flow-tests")
    for name, value in settings.items():
        building = building.config(name, value)
    session = building.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def journals():
    return journals_at_random(120, seed=8)


@pytest.fixture(scope="module")
def on_spark(spark, journals):
    """Clocks derived on Spark."""
    entries = as_columns(journals)
    frame = spark.createDataFrame(entries.rows(), schema=schema_of(entries))
    backend = Backend(spark_backend(spark).table, in_one_piece)
    derived = derive_all(nw.from_native(frame), WORKFLOWS.values(), Calendar(), backend, AS_OF)
    return backend.hold(derived.clocks), derived.for_the_engine


def in_one_piece(frame):
    """Holds a frame in a single partition, each of which would be a task of its own."""
    return nw.from_native(frame.to_native().coalesce(1).localCheckpoint())


def schema_of(frame):
    kinds = {pl.String: "string", pl.Int64: "bigint", pl.Date: "date"}
    return ", ".join(f"{name} {kinds.get(type(kind), 'timestamp')}" for name, kind in frame.schema.items())


def rows_of(frame):
    return frame.collect("polars").to_native()


def test_clocks_on_spark_are_those_of_the_engine(on_spark, journals):
    clocks, left = on_spark
    left = set(rows_of(left)["case_ref"].to_list())
    found = rows_by_case(rows_of(clocks).select(COLUMNS).rows())
    assert list(differences(by_the_engine(journals, AS_OF), found, left)) == []
    assert sum(map(len, found.values())) > 100


def test_a_figure_on_spark_is_that_on_polars(on_spark, journals):
    rule = WORKFLOWS["needs_assessment"].kpis["decisions_within_6_weeks"]
    entries, backend = on_polars(as_columns(journals))
    at_home = derive_all(entries, WORKFLOWS.values(), Calendar(), backend, AS_OF).clocks

    def by_year(clocks):
        counted = kpi_counts(clocks, rule, date(2020, 1, 1), AS_OF, AS_OF, workflow="needs_assessment", by=["year"])
        return rows_of(counted).sort("year").rows()

    assert by_year(on_spark[0]) == by_year(at_home)
