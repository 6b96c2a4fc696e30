"""The families of the catalogue: each module defines some figures and makes their tables."""
