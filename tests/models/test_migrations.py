"""A database that has been in use is brought up to date with what it holds."""

from collections.abc import Iterable

import pytest
from tortoise.exceptions import IntegrityError

from models.accounts.account import Account, Device
from models.dashboard import figures, search
from models.reset.ticket import RecoveryTicket, TicketState
from models.storage import database, migrating
from models.stream import feed

# Before counters were kept, and before tickets carried an address.
OLD = "0003_mail_given_up"
NOW = "'2027-02-01 12:00:00+00:00'"
PEOPLE = ("ada@example.com", "bob@example.com", None)
TICKETS = ((0, "WAITING"), (0, "REJECTED"), (1, "CLAIMED"), (2, "CANCELLED"))


def inserted(table: str, **values: str | None) -> str:
    literals = (value or "NULL" for value in values.values())
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(literals)})"


def id_of(number: int) -> str:
    return f"'00000000-0000-4000-8000-{number:012}'"


def what_was_there() -> Iterable[str]:
    """A stream, some people, one of them with a closed account, and their tickets."""
    yield inserted("queue_counter", id="1", number="7", purged="0", epoch="'before'")
    for number, address in enumerate(PEOPLE):
        yield inserted(
            "account",
            id=id_of(number),
            email="'written@example.com'",
            email_key=address and f"'{address}'",
            password_hash="'-'",
            role="'CUSTOMER'",
            locale="'en'",
            first_sign_in="false",
            security_version="1",
            registered_at=NOW,
        )
    for number, action in enumerate(("registered", "registered_again", "registered")):
        yield inserted(
            "audit_entry",
            id=f"{number + 1}",
            uid=id_of(number),
            at=NOW,
            action=f"'account:account:{action}'",
            account_id=id_of(number),
            named="'-'",
            mark="'-'",
        )
    yield inserted(
        "device",
        id=id_of(0),
        account_id=id_of(0),
        serial_number="'AHU-1'",
        serial_key="'AHU1'",
        name="'Roof'",
        registered_at=NOW,
    )
    for number, (owner, state) in enumerate(TICKETS):
        yield inserted(
            "recovery_ticket",
            id=id_of(number),
            reference=f"'R-{number}'",
            account_id=id_of(owner),
            state=f"'{state}'",
            reason="'PHONE_LOST'",
            submitted_at=NOW,
            due_at=NOW,
        )


@pytest.fixture(autouse=True)
async def old(empty_url: str) -> str:
    """The URL of a database of back then."""
    async with database.connect(empty_url):
        await migrating.migrate(upto=OLD)
        for statement in what_was_there():
            await database.connection().execute_script(statement)
    return empty_url


async def found(typed: str) -> list[str]:
    meant = RecoveryTicket.filter(await search.matching(typed)).order_by("reference")
    return [ticket.reference for ticket in await meant]


async def test_what_was_there_is_searched_and_counted(old: str) -> None:
    async with database.connect(old):
        assert await migrating.migrate()
        assert await migrating.pending() == await migrating.migrate() == []
        await feed.open_stream()
        assert await found("ada@") == ["R-0", "R-1"]
        assert await found("B") == ["R-2"]
        assert await found("written") == []
        assert await found("r-") == ["R-0", "R-1", "R-2", "R-3"]
        counters = await figures.status()
        assert (counters.waiting, counters.claimed) == (1, 1)
        assert str(await feed.head()) == str(feed.Cursor("before", 7))


async def test_one_open_ticket_is_still_the_rule(old: str) -> None:
    async with database.connect(old):
        await migrating.migrate()
        with pytest.raises(IntegrityError):
            await RecoveryTicket.filter(reference="R-1").update(state=TicketState.WAITING)


async def test_who_registered_is_told_from_the_record(old: str) -> None:
    async with database.connect(old):
        await migrating.migrate()
        registered = Account.filter(self_registered=True).order_by("id")
        assert [str(one.id) for one in await registered] == [id_of(0)[1:-1], id_of(2)[1:-1]]
        assert [unit.vouched for unit in await Device.all()] == [True]
