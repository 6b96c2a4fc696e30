"""The interface for programs: each module here offers a `router`."""
