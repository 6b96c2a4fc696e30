"""EHCP Flow: Education, Health and Care plan cases against their statutory time limits."""

__version__ = "0.1.0"
