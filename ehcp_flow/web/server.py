"""Serving the application: `ehcp serve`."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

from ehcp_flow.errors import BadInput
from ehcp_flow.services.office import Office
from ehcp_flow.settings import read_settings
from ehcp_flow.web.app import create_app

if TYPE_CHECKING:
    from fastapi import FastAPI


def application() -> FastAPI:
    """The application with the settings of the environment; each worker makes its own."""
    office = Office(read_settings())
    office.acting_as("")  # reads the law now, so that the first visitor need not wait for it
    return create_app(office)


def must_be_free(host: str, port: int) -> None:
    """Raises BadInput where nothing can listen at this address and port, before a link is made for it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            why = f"{error.strerror}." if error.strerror else ""
            raise BadInput(f"Nothing can listen at {host}, port {port}.", why, "Try another: --port 8001") from error


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
