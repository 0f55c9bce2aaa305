"""`python -m tests.models.released`: play a small house; write it down as the first state had it.

Later files are written by hand: they say what changed.
"""

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing as closing_
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import time_machine

from models import clock
from models.accounts import account as accounts
from models.accounts import closing, registration
from models.accounts.account import Account, Role
from models.calendar import WorkingCalendar
from models.keys import key_check
from models.keys.keyring import Keyring
from models.mail import Kind
from models.policy import Policy
from models.record import chain
from models.reset import desk
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from models.second_factor import enrollment
from models.second_factor.two_factor import DisclosedStep
from models.signing_in import session, throttle
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from models.signing_in.session import Delivery, Session
from models.signing_in.sign_in import EnrollmentRequired
from models.storage import database, migrating
from tests.models.released import STATES
from tests.support import databases
from tests.support.clock import Clock
from tests.support.scenes import ORIGIN, PASSWORD, SERIAL, Customer, Scene

_FOLDER = Path(__file__).parent
# In an order that references allow. The head of the record came with the second state.
_TABLES = (
    *("account", "authenticator", "device", "disclosed_step", "enrollment", "key_check"),
    *("mail_link", "outbox_mail", "queue_counter", "receipt", "recovery_ticket", "audit_entry"),
    *("evidence", "queue_event", "reset_grant", "session", "sign_in", "throttle", "ticket_note"),
)
_BOOLEAN = {"first_sign_in", "can_cancel", "lapsed", "released"}
_LATER = ("sequence", "seal")
_BEGAN = datetime(2027, 2, 1, 9, tzinfo=UTC)


async def _play(url: str, traveller: time_machine.Traveller) -> dict[str, Any]:
    ring = Keyring.generate_text()
    scene = Scene(_policy(ring), Clock(traveller, url), url)
    async with database.connect(url):
        known = await _house(scene)
        await chain.seal(scene.policy.keyring)
        await scene.customer("fay@example.com")  # whose entry is still to be sealed
        return known | {"ring": ring, "at": clock.now().isoformat(), "password": PASSWORD}


async def _house(scene: Scene) -> dict[str, Any]:
    await key_check.check(scene.policy.keyring)
    sam = await scene.agent()
    ada, bea = await scene.customer(), await scene.customer("bea@example.com")
    _, token = await session.open_for(
        scene.policy, ORIGIN, await ada.account(), Delivery.BEARER, clock.now()
    )
    asked = await bea.request(device_serial_number=SERIAL, message="It fell into the duct.")
    await _held(scene, sam)
    await scene.travel(minutes=10)
    await scene.granted(await scene.customer("dora@example.com"))
    approved = await scene.letters(Kind.RESET_APPROVED, "dora@example.com")
    await _gone(scene)
    await _half_done(scene)
    return {
        "ada": {"secret": ada.secret, "session": token},
        "bea": {"receipt": asked.receipt},
        "dora": {"release_code": approved[-1].params["release_code"]},
    }


async def _held(scene: Scene, sam: Session) -> None:
    """A request that an agent works on."""
    carl = await scene.customer("carl@example.com")
    held = (await carl.request(contact_phone="+49 711 123456")).ticket
    await desk.claim(scene.policy, sam, held.id)
    await desk.note(scene.policy, sam, held.id, "Called, nobody there.")
    kind, outcome = EvidenceKind.CALLBACK, EvidenceOutcome.MISMATCHED
    await desk.record_evidence(scene.policy, sam, held.id, kind, outcome, "A stranger.")


async def _gone(scene: Scene) -> None:
    """A closed account, whose request was called off, and whose address is free."""
    gone = await scene.customer("gone@example.com")
    await gone.request()
    await closing.disable(scene.policy, await gone.account(), "Asked for it.")
    await Account.filter(email="gone@example.com").update(email_key=None)


async def _half_done(scene: Scene) -> None:
    """Somebody between two steps, and what was tried in vain."""
    await accounts.add(scene.policy, "erik@example.com", PASSWORD, Role.CUSTOMER, SERIAL)
    outcome = await Customer(scene.policy, "erik@example.com", "").login()
    assert isinstance(outcome, EnrollmentRequired)
    await enrollment.begin(scene.policy, ORIGIN, outcome.token, None, None)
    await throttle.charge("code:somebody", throttle.CODES)
    await registration.register(scene.policy, ORIGIN, "hal@example.com", PASSWORD, "AHU-9", "Hall")
    owner = await Account.get(email="ada@example.com")
    await DisclosedStep.create(account_id=owner.id, step=60_000_000)


def _write(played: Path, first: Path, ring: str) -> None:
    with closing_(sqlite3.connect(played)) as all_, closing_(sqlite3.connect(first)) as then:
        all_.row_factory = sqlite3.Row
        rows = [line for table in _TABLES for line in _rows(all_, then, table)]
        (_FOLDER / f"{STATES[0]}.sql").write_text("\n".join(rows) + "\n", "utf-8")
        (_FOLDER / f"{STATES[1]}.sql").write_text("\n".join(_sealed(all_)) + "\n", "utf-8")
        (_FOLDER / f"{STATES[8]}.sql").write_text("\n".join(_kept(all_, ring)) + "\n", "utf-8")


def _rows(all_: sqlite3.Connection, then: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [one[1] for one in then.execute(f"PRAGMA table_info({table})")]
    for row in all_.execute(f"SELECT * FROM {table}"):  # noqa: S608
        values = [_literal(one, row[one]) for one in columns if one not in _LATER]
        names = ", ".join(one for one in columns if one not in _LATER)
        yield f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)});"


def _sealed(all_: sqlite3.Connection) -> Iterator[str]:
    for row in all_.execute("SELECT id, sequence, seal FROM audit_entry WHERE seal IS NOT NULL"):
        yield (
            f"UPDATE audit_entry SET sequence = {row['sequence']}, seal = '{row['seal']}' "
            f"WHERE id = {row['id']};"
        )
    head = all_.execute("SELECT sequence, seal FROM audit_head").fetchone()
    yield f"UPDATE audit_head SET sequence = {head['sequence']}, seal = '{head['seal']}';"


def _kept(all_: sqlite3.Connection, ring: str) -> Iterator[str]:
    (seal,) = all_.execute("SELECT seal FROM audit_entry WHERE sequence = 1").fetchone()
    mark = Keyring.parse(ring).sign("audit-pruned", f"1|{seal}")
    yield "DELETE FROM audit_entry WHERE sequence = 1;"
    yield f"UPDATE audit_head SET pruned = 1, pruned_seal = '{seal}', pruned_mark = '{mark}';"
    yield (
        "UPDATE recovery_ticket SET emptied = true, customer_message = NULL, contact_phone = NULL "
        "WHERE state = 'CANCELLED';"
    )


def _literal(column: str, value: object) -> str:
    if value is None:
        return "NULL"
    if column in _BOOLEAN:  # of which SQLite makes numbers
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _policy(ring: str) -> Policy:
    return Policy(
        keyring=Keyring.parse(ring),
        passwords=Passwords(memory_kib=64, time_cost=1),
        calendar=WorkingCalendar("Europe/Berlin", "DE"),
        network=NetworkLimits(),
    )


async def _first_state(url: str) -> None:
    async with database.connect(url):
        await migrating.migrate(upto=STATES[0])


def main() -> None:
    """Write the files."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(_BEGAN) as traveller:
        played, first = Path(folder) / "played", Path(folder) / "first"
        asyncio.run(databases.migrate(f"sqlite://{played}"))
        known = asyncio.run(_play(f"sqlite://{played}", traveller))
        asyncio.run(_first_state(f"sqlite://{first}"))
        _write(played, first, known["ring"])
    text = json.dumps(known, indent=2, sort_keys=True)
    (_FOLDER / "known.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
