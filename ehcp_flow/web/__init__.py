"""The web application: pages for people under `pages/`, the interface for programs under `api/`."""
