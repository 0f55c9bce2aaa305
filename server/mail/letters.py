"""From a letter of the outbox to a mail: its words in the reader's language, its form for programs.

A template's first line is the subject. Links and codes stand alone in their paragraph, and the
HTML part is made of the same paragraphs, so that both parts always say the same.
"""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.mail import Letter
from models.policy import Policy
from server.mail import wording

LANGUAGES = ("de", "en", "sv")
_TEMPLATES = Path(__file__).parent / "templates"
# `When: Monday, 15:00`, each on a line of its own.
_FACT = re.compile(r"[^:.?!]{1,24}: \S.*")
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Words:
    """What a mail says."""

    language: str
    subject: str
    text: str


def compose(policy: Policy, sender: str | None, letter: Letter) -> EmailMessage:
    """The mail for a letter: text, the same as HTML, and headers that are equal at every try."""
    words = write(policy, letter)
    message = EmailMessage()
    message["From"] = Address(policy.issuer, addr_spec=sender or _no_reply(policy))
    message["To"] = _recipient(letter.to)
    message["Subject"] = words.subject
    message["Date"] = letter.written_at
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    # Unencoded, so that long links stay whole for whoever reads the file itself.
    message.set_content(words.text, cte="8bit")
    message.add_alternative(_html(policy, letter, words), subtype="html", cte="8bit")
    # Last, for what is said of content before there are two parts goes to the first of them.
    message["Content-Language"] = words.language
    return message


def write(policy: Policy, letter: Letter) -> Words:
    """A letter's subject and text, in its language where we have it, else in English."""
    language = letter.locale if letter.locale in LANGUAGES else "en"
    zone = policy.calendar.zone
    template = _environment(zone, language).get_template(f"{letter.kind.lower()}.{language}.txt")
    place = wording.place(zone, language)
    written = template.render(letter.params, issuer=policy.issuer, place=place)
    subject, _, text = written.partition("\n")
    return Words(language, subject.removeprefix("Subject: "), text.strip() + "\n")


def paragraphs(text: str) -> list[str]:
    """What stands between blank lines."""
    return _BLANK_LINES.split(text.strip())


def _html(policy: Policy, letter: Letter, words: Words) -> str:
    return (
        _environment(policy.calendar.zone, words.language)
        .get_template("letter.html")
        .render(
            issuer=policy.issuer,
            language=words.language,
            subject=words.subject,
            paragraphs=paragraphs(words.text),
            place=wording.place(policy.calendar.zone, words.language),
            code=letter.params.get("release_code"),
            links={link: name for name, link in letter.params.items() if name.endswith("link")},
            deed=lambda name: wording.deed(name, words.language),
        )
    )


@cache
def _environment(zone: ZoneInfo, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        # Else each letter looks up when the files of its templates were changed.
        auto_reload=False,
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= wording.filters(zone, language)
    environment.tests["facts"] = lambda text: all(map(_FACT.fullmatch, text.splitlines()))
    return environment


def _recipient(address: str) -> Address:
    # In two parts: the whole is refused where its first part has other letters than ASCII's.
    name, _, domain = address.rpartition("@")
    return Address(username=name, domain=domain)


def _no_reply(policy: Policy) -> str:
    host = urlsplit(policy.public_url).hostname or "localhost"
    return f"no-reply@{'localhost' if host[0].isdigit() or ':' in host else host}"
