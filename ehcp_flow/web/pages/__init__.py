"""Pages: each module here offers a `router`, and `NAV` where the main navigation leads to it."""
