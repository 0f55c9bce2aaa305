"""Delivery to wherever SPAREKEY_MAIL_URL says; `smtp` speaks to relays."""

import asyncio
import os
import re
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from models.mail import Letter
from server.mail import smtp
from server.mail.destination import Folder, Relay

_UNSAFE = re.compile(r"[^A-Za-z0-9.@-]")


class Carrier(Protocol):
    """What brings mails on their way, several at once."""

    async def bring(self, letter: Letter, message: EmailMessage) -> None:
        """One mail. Raises smtp.Refused where trying again is of no use, else whatever failed."""

    async def rest(self) -> None:
        """There is nothing to do for now."""


class ToFolder:
    """One .eml per mail, complete from the moment it can be seen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def bring(self, letter: Letter, message: EmailMessage) -> None:
        """Write it."""
        await asyncio.to_thread(to_folder, self._folder, letter, message)

    async def rest(self) -> None:
        """Nothing is held open."""


def carrier(to: Folder | Relay, public_url: str, patience: float = smtp.PATIENCE) -> Carrier:
    """For that destination; a relay is greeted with the public host's name."""
    if isinstance(to, Folder):
        return ToFolder(to.path)
    return smtp.Line(to, greeting(public_url), patience)


def greeting(public_url: str) -> str:
    """Our name for EHLO; RFC 5321 §4.1.3 writes an address in brackets."""
    host = urlsplit(public_url).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def to_folder(folder: Path, letter: Letter, message: EmailMessage) -> Path:
    """Write a mail under a name that is the same at every try, so that none is there twice."""
    folder.mkdir(parents=True, exist_ok=True)
    written = letter.written_at.strftime("%Y%m%dT%H%M%S.%fZ")
    path = folder / f"{written}-{_UNSAFE.sub('', letter.message_id)}.eml"
    aside = folder / f".{path.name}.{os.getpid()}"
    with aside.open("wb") as file:
        file.write(message.as_bytes(policy=SMTP if letter.to.isascii() else SMTPUTF8))
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    return path
