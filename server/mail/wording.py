"""How mails say instants, browsers and addresses, in each language."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location

_WITH_CLOCK = {
    "de": "EEEE, HH:mm 'Uhr' (d. MMMM y)",
    "en": "EEEE, HH:mm (d MMMM y)",
    "sv": "EEEE 'kl.' HH:mm (d MMMM y)",
}
_UNKNOWN_PROGRAM = {
    "de": "ein unbekanntes Programm",
    "en": "an unknown program",
    "sv": "ett okänt program",
}
_UNKNOWN_ADDRESS = {"de": "unbekannt", "en": "unknown", "sv": "okänd"}
_ON = {"de": "unter", "en": "on", "sv": "på"}
# What the button of a link says, by the link's name in the letter.
_DEEDS = {
    "confirm_link": {
        "de": "Postfach bestätigen",
        "en": "Confirm this mailbox",
        "sv": "Bekräfta e-postadressen",
    },
    "cancel_link": {
        "de": "Zurücksetzen abbrechen",
        "en": "Cancel the reset",
        "sv": "Avbryt återställningen",
    },
    "link": {
        "de": "Konto schließen",
        "en": "Close the account",
        "sv": "Stäng kontot",
    },
}
# In this order: programs also name those they descend from.
_PROGRAMS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iOS",
    "iPad": "iPadOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def filters(zone: ZoneInfo, language: str) -> dict[str, Callable[[str], str]]:
    """What templates may say, such as `due_at | deadline`."""
    return {
        "moment": lambda iso: moment(datetime.fromisoformat(iso), zone, language),
        "deadline": lambda iso: deadline(datetime.fromisoformat(iso), zone, language),
        "browser": lambda agent: browser(agent, language),
        "address": lambda ip: ip or _UNKNOWN_ADDRESS[language],
    }


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """An instant in words: `Montag, 15:00 Uhr (3. Juni 2024)`."""
    return format_datetime(at.astimezone(zone), _WITH_CLOCK[language], locale=language)


def deadline(at: datetime, zone: ZoneInfo, language: str) -> str:
    """The same, but midnight belongs to the day that ends: `Montag, 24:00 Uhr`."""
    local = at.astimezone(zone)
    if (local.hour, local.minute) != (0, 0):
        return moment(at, zone, language)
    last = (local.replace(tzinfo=None) - timedelta(days=1)).replace(tzinfo=zone)
    return format_datetime(last, _WITH_CLOCK[language].replace("HH:mm", "'24:00'"), locale=language)


def place(zone: ZoneInfo, language: str) -> str:
    """The city whose clock is meant."""
    return get_timezone_location(zone, locale=language, return_city=True)


def browser(user_agent: str, language: str) -> str:
    """`Firefox on Windows`. The header itself is not quoted: a stranger may have written it."""
    program = _first(_PROGRAMS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if program is None:
        return _UNKNOWN_PROGRAM[language]
    return f"{program} {_ON[language]} {system}" if system else program


def deed(name: str, language: str) -> str:
    """What the link of that name is for, in two or three words."""
    return _DEEDS[name][language]


def _first(names: dict[str, str], text: str) -> str | None:
    return next((name for mark, name in names.items() if mark in text), None)
