"""`ehcp serve`: the web application."""

from __future__ import annotations

from typing import Annotated

import typer

from ehcp_flow.cli.arguments import office


def add_to(app: typer.Typer) -> None:
    """Add this command to the main one."""
    app.command(rich_help_panel="Every day")(serve)


def serve(
    host: Annotated[
        str, typer.Option("--host", help="The address to listen at; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen at.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")] = 1,
) -> None:
    """Start the web application. Stop it with Ctrl-C.

    The first time, it prints a link that makes the administrator and works once. Beyond this machine, let a proxy
    with TLS stand before it, and set EHCP_HTTPS=1.
    """
    from ehcp_flow.services.sign_in import first_link
    from ehcp_flow.web.server import must_be_free, run

    must_be_free(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    link = first_link(office())
    typer.echo(f"EHCP Flow is at {address} – Ctrl-C stops it.")
    if link:
        typer.echo("There is no administrator yet. This link makes them; it works once, within a day:")
        typer.echo(f"\n  {address}/welcome/{link}\n")
    run(host, port, workers)
