"""Clocks of a whole population at once: Narwhals expressions on Polars, DuckDB or Spark, from the same files."""
