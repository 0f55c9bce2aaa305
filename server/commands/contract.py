"""`sparekey schema export`: the contract, as the server itself knows it."""

from pathlib import Path
from typing import Annotated

import typer

import schema
from server.commands.trouble import out

app = typer.Typer(help="The GraphQL schema.", no_args_is_help=True)
Target = Annotated[str, typer.Argument(help="The file to write; - for standard output.")]


@app.callback()
def _group() -> None:
    """The GraphQL schema."""


@app.command()
def export(target: Target = "frontend-contract/schema.graphql") -> None:
    """Write the schema in GraphQL's own language."""
    text = schema.sdl()
    if target == "-":
        typer.echo(text, nl=not text.endswith("\n"))
        return
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
    out.print(f"Written: {target}")
