"""Pure derivation: history → state → clocks → verdicts → explanations. No files, no database, no today."""
