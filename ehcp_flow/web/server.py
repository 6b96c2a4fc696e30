"""Serving the application: `ehcp serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from ehcp_flow.services.office import Office
from ehcp_flow.settings import read_settings
from ehcp_flow.web.app import create_app

if TYPE_CHECKING:
    from fastapi import FastAPI


def application() -> FastAPI:
    """The application with the settings of the environment; each worker makes its own."""
    return create_app(Office(read_settings()))


def run(host: str, port: int, workers: int) -> None:
    """Serve until stopped. Nothing is logged but errors: addresses of pages hold references of cases."""
    uvicorn.run(
        "ehcp_flow.web.server:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
    )
