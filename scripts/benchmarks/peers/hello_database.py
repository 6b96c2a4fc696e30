"""The peer of P1 for commands with a database: a Typer program that has SQLModel at hand, and asks it nothing."""

import typer
import yaml  # noqa: F401 its import is what is measured
from pydantic import BaseModel  # noqa: F401 as above
from sqlmodel import SQLModel  # noqa: F401 as above

app = typer.Typer()


@app.command()
def hello(name: str = "world") -> None:
    """Greet NAME."""
    typer.echo(f"Hello {name}.")


app()
