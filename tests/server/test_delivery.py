"""Mails to a folder: each whole from the moment it can be seen, and there once."""

import asyncio
import email
import email.policy
import errno
import stat
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from models import mail
from models.mail import Kind, OutboxMail
from models.policy import Policy
from server.mail import delivery, letters, postman
from tests.server.test_letters import CODE, letter
from tests.support import people
from tests.support.clock import Clock
from tests.support.served import Running

APPROVED = letter(Kind.RESET_APPROVED, "de")


def put(folder: Path, policy: Policy, one: mail.Letter = APPROVED) -> Path:
    """Deliver a letter."""
    return delivery.to_folder(folder, one, letters.compose(policy, None, one))


class TestToFolder:
    def test_it_makes_its_folder(self, policy: Policy, tmp_path: Path) -> None:
        path = put(tmp_path / "a" / "b", policy)
        assert path.parent == tmp_path / "a" / "b"
        assert list(path.parent.iterdir()) == [path]

    def test_what_is_read_is_what_was_written(self, policy: Policy, tmp_path: Path) -> None:
        raw = put(tmp_path, policy).read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        assert body is not None and f"\n{CODE}\n" in body.get_content().replace("\r\n", "\n")
        assert f"\r\n{CODE}\r\n".encode() in raw

    def test_another_try_replaces_it(self, policy: Policy, tmp_path: Path) -> None:
        first = put(tmp_path, policy)
        again = put(tmp_path, policy, replace(APPROVED, attempts=9))
        assert again == first
        assert list(tmp_path.iterdir()) == [first]

    def test_names_are_in_order_of_writing(self, policy: Policy, tmp_path: Path) -> None:
        later = replace(APPROVED, written_at=APPROVED.written_at + timedelta(microseconds=1))
        assert put(tmp_path, policy, later) > put(tmp_path, policy)
        assert len(list(tmp_path.glob("*.eml"))) == 2

    def test_nothing_half_written_can_be_seen(
        self, policy: Policy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[list[Path]] = []

        def full_disk(descriptor: int) -> None:
            seen.append(list(tmp_path.glob("*.eml")))
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("server.mail.delivery.os.fsync", full_disk)
        with pytest.raises(OSError, match="No space left"):
            put(tmp_path, policy)
        assert seen == [[]]
        assert list(tmp_path.glob("*.eml")) == []
        monkeypatch.undo()
        put(tmp_path, policy)
        assert len(list(tmp_path.iterdir())) == 1


class TestPostman:
    async def test_a_mail_is_delivered_within_seconds_and_wiped(
        self, served: Running, clock: Clock
    ) -> None:
        ada = await people.newcomer(served, clock)
        written = await served.mailbox.next(ada.email, timeout=5)
        assert written.token("not-me")
        async with asyncio.timeout(5):
            while await OutboxMail.filter(delivered_at=None).exists():
                await asyncio.sleep(0.05)
        assert [row.payload for row in await OutboxMail.all()] == [None]

    async def test_what_fails_is_tried_again(self, served: Running, clock: Clock) -> None:
        folder = served.mailbox.folder
        folder.write_text("A file is where the folder should be.")
        ada = await people.newcomer(served, clock)
        async with asyncio.timeout(5):
            while not (await OutboxMail.get()).attempts:
                await asyncio.sleep(0.05)
        row = await OutboxMail.get()
        assert row.delivered_at is None
        folder.unlink()
        await clock.travel(timedelta(hours=1))
        message = (await served.mailbox.next(ada.email)).message
        assert message["Message-ID"] == f"<{row.id}@sparekey>"
        assert len(served.mailbox.letters()) == 1

    def test_waits_grow_up_to_an_hour_at_most(self) -> None:
        waits = [postman.wait_after(attempts) for attempts in range(1, 60)]
        assert waits[:4] == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
        assert waits == sorted(waits)
        assert timedelta(minutes=5) <= waits[-1] <= timedelta(hours=1)


def test_a_folder_keeps_its_mode(policy: Policy, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    put(tmp_path, policy)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
