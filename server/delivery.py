"""Delivery to a folder: one .eml per mail, complete from the moment it can be seen."""

import os
import re
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path

from models.mail import Letter

_UNSAFE = re.compile(r"[^A-Za-z0-9.@-]")


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
