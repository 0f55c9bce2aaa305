"""From a letter of the outbox to a mail: its words in the reader's language, its form for programs.

A template's first line is the subject. Links and codes stand alone in their paragraph, and the
HTML part is made of the same paragraphs, so that both parts always say the same.
"""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.mail import Letter
from models.policy import Policy
from server import wording

LANGUAGES = ("de", "en")
_TEMPLATES = Path(__file__).parent / "mail" / "templates"
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
    message["Content-Language"] = words.language
    # Unencoded, so that long links stay whole for whoever reads the file itself.
    message.set_content(words.text, cte="8bit")
    message.add_alternative(_html(policy, letter, words), subtype="html", cte="8bit")
    return message


def write(policy: Policy, letter: Letter) -> Words:
    """A letter's subject and text, in its language where we have it, else in English."""
    language = letter.locale if letter.locale in LANGUAGES else "en"
    template = _environment(policy, language).get_template(f"{letter.kind.lower()}.{language}.txt")
    place = wording.place(policy.calendar.zone, language)
    written = template.render(letter.params, issuer=policy.issuer, place=place)
    subject, _, text = written.partition("\n")
    return Words(language, subject.removeprefix("Subject: "), text.strip() + "\n")


def _html(policy: Policy, letter: Letter, words: Words) -> str:
    return (
        _environment(policy, words.language)
        .get_template("letter.html")
        .render(
            issuer=policy.issuer,
            language=words.language,
            subject=words.subject,
            paragraphs=_BLANK_LINES.split(words.text.strip()),
            code=letter.params.get("release_code"),
        )
    )


def _environment(policy: Policy, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
    )
    environment.filters |= wording.filters(policy.calendar.zone, language)
    environment.tests["link"] = lambda text: text.startswith(policy.public_url) and " " not in text
    return environment


def _recipient(address: str) -> Address:
    # In two parts: the whole is refused where its first part has other letters than ASCII's.
    name, _, domain = address.rpartition("@")
    return Address(username=name, domain=domain)


def _no_reply(policy: Policy) -> str:
    host = urlsplit(policy.public_url).hostname or "localhost"
    return f"no-reply@{'localhost' if host[0].isdigit() or ':' in host else host}"
