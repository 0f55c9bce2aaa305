"""Takes people over from another system, some hundred in a transaction.

An account's id is made of its line, under the key ring: so whoever begins again, after a stop or a
crash, finds what was made before, whatever has become of it since. Nobody is mailed. There is no
first sign-in to spare: who brings no secret of an app sets one up at the next sign-in.
"""

import secrets
import sqlite3
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models import clock
from models.accounts import account as accounts
from models.accounts.account import Account, Device, Role
from models.accounts.import_file import Entry
from models.accounts.newcomers import Newcomer, Refused
from models.keys.keyring import Keyring
from models.record import audit
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.second_factor import two_factor
from models.second_factor.two_factor import Authenticator
from models.storage import database

BATCH = 250

_PURPOSE = "import"
_TAKEN = "Another account has this address."


@dataclass
class Step:
    """What became of some lines, once it is committed; `position` in bytes of the file."""

    position: int
    imported: int = 0
    before: int = 0
    """How many accounts these very lines had made before."""
    refused: list[tuple[int, Refused]] = field(default_factory=list)
    """Line numbers and reasons, in order."""


async def run(
    keyring: Keyring, entries: Iterator[Entry], dry_run: bool = False
) -> AsyncGenerator[Step, None]:
    """Make the accounts that a file tells of, or in a dry run only say what would be made."""
    with closing(_Seen()) as seen:
        while batch := list(islice(entries, BATCH)):
            step = Step(batch[-1].position)
            arrivals = list(_arrivals(keyring, batch, seen, step))
            await _receive(keyring, arrivals, step, dry_run)
            step.refused.sort(key=lambda refusal: refusal[0])
            yield step


@dataclass(frozen=True)
class _Arrival:
    line: int
    newcomer: Newcomer
    ids: list[UUID]
    """What its account is called under each key of the ring, newest first."""


_Sorted = tuple[list[_Arrival], int, list[tuple[int, Refused]]]
"""Those to be made, how many are there, and those whose address is somebody else's."""


class _Seen:
    """The addresses met so far, on disk: a file may tell of millions. It dies with the process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("CREATE TABLE seen (address BLOB PRIMARY KEY, line) WITHOUT ROWID")
        self._file.execute("BEGIN")

    def line_of(self, address: str, line: int) -> int:
        """The line that told of an address first; this one, if none did."""
        key = blake2b(address.encode(), digest_size=16, key=self._key).digest()
        added = self._file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line))
        if added.rowcount:
            return line
        found = self._file.execute("SELECT line FROM seen WHERE address = ?", (key,))
        return int(found.fetchone()[0])

    def close(self) -> None:
        """Forget them."""
        self._file.close()


def _arrivals(
    keyring: Keyring, batch: Iterable[Entry], seen: _Seen, step: Step
) -> Iterator[_Arrival]:
    for entry in batch:
        if isinstance(entry.told, Refused):
            step.refused.append((entry.line, entry.told))
            continue
        first = seen.line_of(entry.told.key, entry.line)
        if first != entry.line:
            twice = Refused("email", f"Line {first} has this address already.")
            step.refused.append((entry.line, twice))
            continue
        macs = keyring.macs(_PURPOSE, entry.told.content)
        ids = [UUID(hex=mac[:32], version=4) for mac in macs]
        yield _Arrival(entry.line, entry.told, ids)


async def _receive(
    keyring: Keyring, arrivals: Sequence[_Arrival], step: Step, dry_run: bool
) -> None:
    receive = _sorted(arrivals) if dry_run else _take_in(keyring, arrivals)
    new, step.before, refused = await receive
    step.imported = len(new)
    step.refused.extend(refused)


async def _take_in(keyring: Keyring, arrivals: Sequence[_Arrival], again: bool = True) -> _Sorted:
    try:
        async with database.transaction():
            found = await _sorted(arrivals)
            if found[0]:
                await _make(keyring, found[0])
            return found
    except IntegrityError:
        if not again:
            raise
    # Somebody took one of these addresses meanwhile: look again, at fewer of them.
    middle = len(arrivals) // 2
    first = await _take_in(keyring, arrivals[:middle]) if middle else ([], 0, [])
    second = await _take_in(keyring, arrivals[middle:], again=middle > 0)
    return first[0] + second[0], first[1] + second[1], first[2] + second[2]


async def _sorted(
    arrivals: Sequence[_Arrival],
) -> _Sorted:
    ids = [one for arrival in arrivals for one in arrival.ids]
    there = {row["id"] for row in await Account.filter(id__in=ids).values("id")}
    rest = [arrival for arrival in arrivals if there.isdisjoint(arrival.ids)]
    keys = [arrival.newcomer.key for arrival in rest]
    found = await Account.filter(email_key__in=keys).values("email_key")
    taken = {row["email_key"] for row in found}
    new = [arrival for arrival in rest if arrival.newcomer.key not in taken]
    others = [arrival for arrival in rest if arrival.newcomer.key in taken]
    refused = [(arrival.line, Refused("email", _TAKEN)) for arrival in others]
    return new, len(arrivals) - len(rest), refused


async def _make(keyring: Keyring, arrivals: Sequence[_Arrival]) -> None:
    now = clock.now()
    # In one order, so that no two imports wait for each other.
    arrivals = sorted(arrivals, key=lambda arrival: arrival.newcomer.key)
    await Account.bulk_create([_account(one, now) for one in arrivals])
    await Device.bulk_create([unit for one in arrivals for unit in _devices(one, now)])
    await Authenticator.bulk_create(
        [
            two_factor.brought_along(keyring, one.ids[0], one.newcomer.secret)
            for one in arrivals
            if one.newcomer.secret
        ]
    )
    await AuditEntry.bulk_create([_told(keyring, one) for one in arrivals])


def _account(arrival: _Arrival, now: datetime) -> Account:
    newcomer = arrival.newcomer
    return Account(
        id=arrival.ids[0],
        email=newcomer.email,
        email_key=newcomer.key,
        password_hash=newcomer.password_hash,
        role=Role.CUSTOMER,
        locale=newcomer.locale,
        registered_at=newcomer.registered_at or now,
    )


def _devices(arrival: _Arrival, now: datetime) -> Iterator[Device]:
    for unit in arrival.newcomer.units:
        yield Device(
            account_id=arrival.ids[0],
            serial_number=unit.serial_number,
            serial_key=accounts.serial_key(unit.serial_number),
            name=unit.name,
            registered_at=arrival.newcomer.registered_at or now,
        )


def _told(keyring: Keyring, arrival: _Arrival) -> AuditEntry:
    newcomer = arrival.newcomer
    with_factor = ", with a second factor" if newcomer.secret else ""
    return audit.entry(
        keyring,
        Action.ACCOUNT_IMPORTED,
        account=arrival.ids[0],
        detail=f"{newcomer.hashed_by.value}{with_factor}",
    )
