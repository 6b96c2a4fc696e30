"""Pure figures: observations, cohorts and KPIs. No files, no database, no today."""
