"""The peer of P1 for commands without a database: as little as a Typer program can be that reads YAML."""

import typer
import yaml  # noqa: F401 its import is what is measured
from pydantic import BaseModel  # noqa: F401 as above

app = typer.Typer()


@app.command()
def hello(name: str = "world") -> None:
    """Greet NAME."""
    typer.echo(f"Hello {name}.")


app()
