"""A change that is cancelled in the middle of its transaction."""

import asyncio
from collections.abc import Awaitable, Callable

from models.accounts.account import Account
from models.storage import database


async def cancelled(account: Account, wait: Callable[[], Awaitable[object]]) -> None:
    """Writes the account's language, waits inside the transaction, and is cancelled there."""
    written = asyncio.Event()

    async def change() -> None:
        async with database.transaction():
            await Account.filter(id=account.id).update(locale="sv")
            written.set()
            await wait()

    changing = asyncio.create_task(change())
    await written.wait()
    changing.cancel()
    await asyncio.wait([changing])
