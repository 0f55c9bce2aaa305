"""Reads the mails that the server wrote to a `file:` folder."""

import asyncio
import email
import email.policy
import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

CODE_LINE = re.compile(r"^(?:[A-Z0-9]{4}-)+[A-Z0-9]{4}$", re.MULTILINE)
_LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Letter:
    """One mail, as its reader sees it."""

    to: str
    subject: str
    text: str
    html: str
    message: EmailMessage

    def token(self, page: str) -> str:
        """The token of the link to `/page#token`."""
        tokens: set[str] = set(re.findall(rf"/{page}#([\w\-.~]+)", self.text))
        assert len(tokens) == 1, f"{len(tokens)} links to /{page} in:\n{self.text}"
        return tokens.pop()

    @property
    def release_code(self) -> str:
        """The code that stands alone on its line."""
        (code,) = CODE_LINE.findall(self.text)
        return str(code)


class Mailbox:
    """The folder, read by whom it was written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: set[Path] = set()

    def letters(self, to: str | None = None) -> list[Letter]:
        """All letters, or those to one address; oldest first."""
        return [letter for _, letter in self._all() if to in (None, letter.to)]

    async def next(self, to: str, holding: str = "", timeout: float = 15) -> Letter:
        """The oldest unread letter to that address whose text or subject holds those words.

        Waits for it; it counts as read from then on.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for path, letter in self._all():
                if path not in self._read and letter.to == to and _holds(letter, holding):
                    self._read.add(path)
                    return letter
            await asyncio.sleep(_LOOK_EVERY)
        subjects = [letter.subject for letter in self.letters(to)]
        raise AssertionError(f"No unread letter to {to} holding {holding!r}; there are {subjects}")

    def _all(self) -> list[tuple[Path, Letter]]:
        # The names begin with the instant of writing.
        return [(path, _letter(path)) for path in sorted(self.folder.glob("*.eml"))]


def _holds(letter: Letter, words: str) -> bool:
    return words in letter.text or words in letter.subject


def _letter(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        message=message,
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""
