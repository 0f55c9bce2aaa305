"""`sparekey keys`: the keys under which secrets are kept."""

import asyncio

import typer
from cryptography.exceptions import InvalidTag

from models.keys import key_check, rotation
from models.keys.keyring import Keyring
from server import keys, settings
from server.commands.bars import bar
from server.commands.migrate import connected
from server.commands.trouble import Unable, out
from server.settings import Settings

app = typer.Typer(help="The keys under which secrets are kept.", no_args_is_help=True)


@app.command()
def new() -> None:
    """Print a new key, to be put in front of SPAREKEY_SECRET_KEYS, with a comma between."""
    typer.echo(Keyring.generate_text())


@app.command()
def rotate() -> None:
    """Encrypt everything under the newest key. Runs beside sign-ins; begin again if stopped.

    Every server has to have the newest key in its ring before: put it in front, restart, rotate.
    """
    retired = asyncio.run(_rotate(settings.read()))
    out.print("Everything is under the newest key.")
    if retired:
        out.print(f"No secret needs these keys any more: {', '.join(retired)}")
        out.print("Keep them in the ring as long as the audit record under them is to be verified.")


async def _rotate(settings: Settings) -> list[str]:
    keyring = keys.keyring(settings)
    async with connected(settings):
        await keys.require(keyring)
        with bar() as progress:
            task = progress.add_task("Encrypting anew", total=await rotation.waiting(keyring))
            try:
                async for done in rotation.rotate(keyring):
                    progress.advance(task, done)
            except (KeyError, InvalidTag):
                raise Unable(
                    "A secret cannot be read with the keys of the ring. "
                    "Put the key back that it was encrypted under."
                ) from None
        return await key_check.retire(keyring)
