"""What many objects ask for at once is fetched in one statement.

Nothing is remembered between batches: a socket lives for hours, and each answer tells what is.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import TypeAlias, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from models.accounts import account
from models.accounts.account import Account, Device
from models.reset import evidence, notes
from models.reset.evidence import Evidence
from models.reset.notes import TicketNote
from models.second_factor import two_factor
from models.second_factor.two_factor import Authenticator
from models.stream import feed
from models.stream.feed import QueueEvent

Row = TypeVar("Row")
Fetch: TypeAlias = Callable[[list[UUID]], Awaitable[Mapping[UUID, Row]]]


class Loaders:
    """The batches of one request or connection, keyed by the id of account or ticket."""

    @cached_property
    def accounts(self) -> DataLoader[UUID, Account]:
        """Accounts by their own ids."""
        return _one(account.accounts_of)

    @cached_property
    def devices(self) -> DataLoader[UUID, list[Device]]:
        """An account's units, first registered first."""
        return _many(account.devices_of)

    @cached_property
    def factors(self) -> DataLoader[UUID, Authenticator | None]:
        """An account's second factor."""
        return _perhaps(two_factor.factors_of)

    @cached_property
    def evidence(self) -> DataLoader[UUID, list[Evidence]]:
        """What was found out on a ticket."""
        return _many(evidence.evidence_of)

    @cached_property
    def finding(self) -> DataLoader[UUID, Evidence]:
        """One thing that was found out, by its own id."""
        return _one(evidence.by_ids)

    @cached_property
    def note(self) -> DataLoader[UUID, TicketNote]:
        """One note by its own id."""
        return _one(notes.by_ids)

    @cached_property
    def notes(self) -> DataLoader[UUID, list[TicketNote]]:
        """What agents wrote on a ticket, oldest first."""
        return _many(notes.notes_of)

    @cached_property
    def events(self) -> DataLoader[UUID, list[QueueEvent]]:
        """What happened to a ticket, oldest first."""
        return _many(feed.events_of)


def _one(fetch: Fetch[Row]) -> DataLoader[UUID, Row]:
    async def load(keys: list[UUID]) -> list[Row]:
        found = await fetch(_once(keys))
        return [found[key] for key in keys]

    return DataLoader(load_fn=load, cache=False)


def _perhaps(fetch: Fetch[Row]) -> DataLoader[UUID, Row | None]:
    async def load(keys: list[UUID]) -> list[Row | None]:
        found = await fetch(_once(keys))
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load, cache=False)


def _many(fetch: Fetch[list[Row]]) -> DataLoader[UUID, list[Row]]:
    async def load(keys: list[UUID]) -> list[list[Row]]:
        found = await fetch(_once(keys))
        return [found.get(key, []) for key in keys]

    return DataLoader(load_fn=load, cache=False)


def _once(keys: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(keys))
