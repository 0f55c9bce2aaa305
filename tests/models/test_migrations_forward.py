"""From each state that a release could have been at, with people in it, to the newest.

What was there is there, to the last column, and still of use to those whose it is.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import time_machine

from models import clock, outbox
from models.accounts.account import Account, Device
from models.keys import key_check
from models.mail import OutboxMail
from models.policy import Policy
from models.record import chain, verifying
from models.record.audit import AuditEntry
from models.reset import recovery
from models.reset.ticket import RecoveryTicket, TicketState
from models.second_factor.two_factor import Authenticator
from models.signing_in import session
from models.storage import database, migrating
from models.stream import feed
from models.stream.webhook import WebhookPosition
from tests.models import released
from tests.models.released import AT, KNOWN, STATES
from tests.support.scenes import Customer

AS_A_DUMP_DOES = (
    "SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), (SELECT max(id) FROM audit_entry))"
)
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def back_then() -> Iterator[None]:
    """A minute after it was written."""
    with time_machine.travel(AT, tick=True) as traveller:
        clock.now()
        traveller.shift(60)
        yield


@pytest.fixture
def secret_keys() -> str:
    return str(KNOWN["ring"])


@pytest.mark.parametrize("state", STATES)
async def test_all_stays_and_is_of_use(state: str, policy: Policy, empty_url: str) -> None:
    async with database.connect(empty_url):
        before = await filled(state)
        await migrating.migrate()
        stays(before, await everything())
        await feed.open_stream()
        await key_check.check(policy.keyring)
        await later_columns_are_filled(state)
        await the_stream_goes_on()
        await mails_wait(policy)
        await requests_stand()
        await people_sign_in(policy)
        await the_record_is_whole(policy)


async def filled(state: str) -> Rows:
    """A database of that state; what it holds."""
    await migrating.migrate(upto=state)
    for statement in released.statements(state):
        await database.connection().execute_script(statement)
    if database.dialect() == "postgres":
        await database.connection().execute_script(AS_A_DUMP_DOES)
    return await everything()


async def everything() -> Rows:
    """All rows of all tables."""
    return {
        table: await database.connection().execute_query_dict(f"SELECT * FROM {table}")  # noqa: S608
        for table in await migrating.tables()
    }


def stays(before: Rows, now: Rows) -> None:
    """Every row of every table is as it was, as far as it went."""
    empty = {table for table, rows in before.items() if not rows}
    assert empty <= {"audit_head"}, "a table without a row shows nothing"
    for table in before.keys() - empty:
        columns = before[table][0].keys()
        assert told(now, table, columns) == told(before, table, columns), table


def told(rows: Rows, table: str, columns: Iterable[str]) -> list[str]:
    """The rows of a table as far as these columns go."""
    return sorted(str([row[one] for one in columns]) for row in rows[table])


async def later_columns_are_filled(state: str) -> None:
    """What later states can say is said where it was known, and nowhere else."""
    alone = [one.email for one in await Account.filter(self_registered=True)]
    assert alone == ["hal@example.com"]
    assert await OutboxMail.exclude(given_up_at=None).count() == (state >= "0003")
    assert await Device.filter(vouched=False).count() == (state >= "0007")
    assert await RecoveryTicket.filter(emptied=True).count() == (state >= "0009")
    assert await WebhookPosition.all().count() == (state >= "0010")


async def the_stream_goes_on() -> None:
    """Its counters are right, and no event is missing."""
    kept, counted = await feed.counted()
    assert kept == counted and (kept["waiting"], kept["claimed"]) == (1, 1)
    events = await feed.read_after(0, 100)
    assert [event.number for event in events] == list(range(1, 11))
    assert (await feed.head()).number == 10


async def mails_wait(policy: Policy) -> None:
    """All that were neither delivered nor given up can be read, and go out."""
    waiting = await OutboxMail.filter(given_up_at=None).count()
    letters = await outbox.due(policy.keyring, 100)
    assert len(letters) == waiting >= 7
    names = ("bea", "carl", "dora", "gone", "hal")
    assert {letter.to for letter in letters} <= {f"{name}@example.com" for name in names}


async def requests_stand() -> None:
    """In their states, found by their receipts, searched by their owners' addresses."""
    asked = await recovery.find_by_receipt(KNOWN["bea"]["receipt"])
    assert asked and asked.state is TicketState.WAITING
    assert asked.email_key == "bea@example.com"
    assert asked.customer_message == "It fell into the duct."
    states = sorted(one.state.value for one in await RecoveryTicket.all())
    assert states == ["APPROVED", "CANCELLED", "CLAIMED", "WAITING"]


async def people_sign_in(policy: Policy) -> None:
    """By a session of then, by password and code, and by a release code of then."""
    found = await session.find(policy, KNOWN["ada"]["session"])
    ada = Customer(policy, "ada@example.com", KNOWN["ada"]["secret"])
    assert found and found.account.email == ada.email
    assert (await ada.verify(await ada.challenge())).account.id == found.account_id
    dora = Customer(policy, "dora@example.com", "")
    signed_in = await dora.enroll(await dora.released(), KNOWN["dora"]["release_code"])
    assert signed_in.account.email == dora.email
    assert await Authenticator.all().count() == 7


async def the_record_is_whole(policy: Policy) -> None:
    """What was sealed then, what was not, and what was written since."""
    await chain.seal(policy.keyring)
    assert [fault async for fault in verifying.verify(policy.keyring)] == []
    assert await AuditEntry.filter(seal=None).count() == 0
