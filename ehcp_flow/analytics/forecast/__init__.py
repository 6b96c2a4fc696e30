"""What is likely to come, learnt from the authority's own cases: pure, and the same each time it is asked."""
