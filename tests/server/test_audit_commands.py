"""The record on the command line: whether it is whole, and all of it as JSON lines."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from models.accounts import account
from models.accounts.account import Role
from models.keys.key_check import KeyCheck
from models.keys.keyring import Keyring
from models.policy import Policy
from models.record import audit, chain
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.record.chain import AuditHead
from models.storage import database
from tests.support import databases
from tests.support.terminal import Terminal

PASSWORD = "seven quiet turbines"
ENTRIES = 10


async def written(policy: Policy) -> None:
    """Ten sealed entries, and one that is still to be sealed."""
    ada = await account.add(policy, "ada@example.com", PASSWORD, Role.CUSTOMER)
    for number in range(ENTRIES - 1):
        await audit.write(
            policy.keyring, Action.SESSION_OPENED, actor=ada.id, detail=f"ö, {number}"
        )
    await chain.seal(policy.keyring)
    await audit.write(policy.keyring, Action.SESSION_OPENED, account=ada.id)


class Record:
    """The record of this test's database, for those who have the database but not the keys."""

    def __init__(self, database_url: str, policy: Policy) -> None:
        self.database_url = database_url
        self.policy = policy
        self.do(lambda: written(policy))

    def do(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Something on the database."""

        async def connected() -> Any:
            async with database.connect(self.database_url):
                return await work()

        return asyncio.run(connected())

    def rows(self) -> list[AuditEntry]:
        """All entries, oldest first."""
        return list(self.do(lambda: AuditEntry.all().order_by("id")))

    def change(self, row: int, **columns: object) -> None:
        """Change a row by hand."""
        self.do(lambda: AuditEntry.filter(id=row).update(**columns))


@pytest.fixture
def record(settled: Terminal, database_url: str, policy: Policy) -> Record:
    return Record(database_url, policy)


class TestVerify:
    def test_what_nobody_touched(self, settled: Terminal, record: Record) -> None:
        said = settled.does("audit", "verify")
        assert said.strip() == f"{ENTRIES + 1} entries are as they were written."

    def test_writes_nothing(self, settled: Terminal, record: Record) -> None:
        before = asyncio.run(databases.dump(record.database_url))
        settled.does("audit", "verify")
        assert asyncio.run(databases.dump(record.database_url)) == before

    def test_a_row_changed(self, settled: Terminal, record: Record) -> None:
        row = record.rows()[4].id
        record.change(row, detail="nothing happened")
        self.names(settled, f"entry 5 (row {row}): changed")

    def test_a_row_deleted(self, settled: Terminal, record: Record) -> None:
        row = record.rows()[4].id
        record.do(lambda: AuditEntry.filter(id=row).delete())
        self.names(settled, "entry 5: deleted")

    def test_two_rows_swapped(self, settled: Terminal, record: Record) -> None:
        one, other = record.rows()[4:6]
        record.change(one.id, sequence=None)
        record.change(other.id, sequence=5)
        record.change(one.id, sequence=6)
        self.names(settled, f"entry 5 (row {other.id}): moved to another place")

    @pytest.mark.parametrize(
        ("columns", "place"),
        [
            ({"sequence": ENTRIES + 1, "seal": "copied"}, f"entry {ENTRIES + 1}"),
            ({"sequence": ENTRIES + 1}, f"entry {ENTRIES + 1}"),
            ({}, "an unsealed entry"),
            ({"seal": "made up"}, "an unsealed entry"),
            ({"sequence": 0, "seal": "made up"}, "an unsealed entry"),
        ],
    )
    def test_a_row_added(
        self, settled: Terminal, record: Record, columns: dict[str, Any], place: str
    ) -> None:
        like = record.rows()[4]
        if columns.get("seal") == "copied":
            columns = columns | {"seal": like.seal}
        copied = {name: getattr(like, name) for name in ("at", "action", "named", "mark")}
        added = record.do(lambda: AuditEntry.create(uid=uuid4(), **copied, **columns))
        self.names(settled, f"{place} (row {added.id}): added by hand")

    def test_the_end_cut_off(self, settled: Terminal, record: Record) -> None:
        record.do(lambda: AuditEntry.filter(sequence__gt=8).delete())
        self.names(settled, "entry 9: deleted")

    @pytest.mark.parametrize("sequence", [3, None])
    def test_the_end_set_back(
        self, settled: Terminal, record: Record, sequence: int | None
    ) -> None:
        if sequence:
            record.do(lambda: AuditHead.filter(id=1).update(sequence=sequence))
        else:
            record.do(lambda: AuditHead.filter(id=1).delete())
        self.names(settled, f"entry {ENTRIES}: the end of the chain was set to another place")

    def test_sealed_under_a_key_that_was_taken_out(
        self, settled: Terminal, record: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record.do(lambda: KeyCheck.all().delete())
        row = record.rows()[0].id
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", Keyring.generate_text())
        said = settled.cannot("audit", "verify")
        assert said.startswith(
            "The record cannot be verified. "
            f"First: entry 1 (row {row}): sealed under a key that is not in the ring.\nPut that key"
        )

    def names(self, settled: Terminal, fault: str) -> None:
        printed, said = settled.fails("audit", "verify")
        assert fault in printed.splitlines()
        assert said == f"The record is not as it was written. First: {fault}\n"


class TestExport:
    def test_is_the_table(self, settled: Terminal, record: Record) -> None:
        lines = [json.loads(line) for line in settled.does("audit", "export").splitlines()]
        rows = record.rows()
        assert len(lines) == ENTRIES + 1
        for line, row in zip(lines, rows, strict=True):
            people = (row.actor_id, row.account_id, row.ticket_id)
            assert line == {
                "row": row.id,
                "sequence": row.sequence,
                "uid": str(row.uid),
                "at": row.at.isoformat(),
                "action": row.action,
                **dict(
                    zip(
                        ("actor", "account", "ticket"),
                        (str(one) if one else None for one in people),
                        strict=True,
                    )
                ),
                "named": row.named,
                "detail": row.detail,
                "mark": row.mark,
                "seal": row.seal,
            }

    def test_of_nothing(self, settled: Terminal) -> None:
        assert settled.does("audit", "export") == ""

    def test_goes_on_page_by_page(
        self, settled: Terminal, record: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("server.commands.audit._PAGE", 3)
        lines = settled.does("audit", "export").splitlines()
        assert [json.loads(line)["row"] for line in lines] == [row.id for row in record.rows()]

    def test_whoever_reads_along_may_leave(self, settled: Terminal, record: Record) -> None:
        program = [sys.executable, "-m", "server", "audit", "export"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as export:
            assert export.stdout and export.stderr
            export.stdout.close()
            assert export.stderr.read() == b""

    def test_a_wrong_ring_does_not_matter(
        self, settled: Terminal, record: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", Keyring.generate_text())
        assert len(settled.does("audit", "export").splitlines()) == ENTRIES + 1
