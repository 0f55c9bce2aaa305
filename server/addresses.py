"""What the addresses of a database and of a store of limits may be.

What is wrong with one is said without quoting any of it: it may hold a password.
"""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_SQLITE = "sqlite://"
_POSTGRES = "postgres://"
_NUMBERS = {"minsize", "maxsize", "timeout", "statement_cache_size"}
_KNOWN = {"host", "ssl", "application_name", *_NUMBERS}


def check_database(url: str) -> None:
    """Raises ValueError where no database can be meant."""
    if url.startswith(_SQLITE):
        _check_file(url.removeprefix(_SQLITE))
    elif url.startswith(_POSTGRES):
        _check_server(url)
    else:
        raise ValueError("must begin with sqlite:// or postgres://")


def check_limits(url: str) -> None:
    """Raises ValueError where no store of limits can be meant."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = None
    if parts is None or not parts.scheme.startswith("async+"):
        raise ValueError("is not a storage that can be used; write async+redis://host:port")


def _check_file(path: str) -> None:
    if not path or path == ":memory:" or "\0" in path:
        raise ValueError("must name a file, as in sqlite://var/sparekey.sqlite3")
    if Path(path).is_dir():
        raise ValueError("names a folder; a file is wanted, such as sparekey.sqlite3 in it")


def _check_server(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port
    except ValueError:
        # Its own words may quote all of it.
        raise ValueError(
            "cannot be read; write postgres://user:password@host:port/name, and in user and "
            "password @ as %40, : as %3A, / as %2F, [ as %5B"
        ) from None
    if not parts.path.strip("/"):
        raise ValueError("must end with the name of a database, as in postgres://…/sparekey")
    for name, values in parse_qs(parts.query, keep_blank_values=True).items():
        _check_option(name, values[-1])


def _check_option(name: str, value: str) -> None:
    if name == "sslmode":
        raise ValueError("?sslmode=… is not known here; for TLS with verification: ?ssl=true")
    if name not in _KNOWN:
        raise ValueError(f"may be followed by these alone: {', '.join(sorted(_KNOWN))}")
    if name in _NUMBERS and not value.isdecimal():
        raise ValueError(f"?{name}= must be a whole number")
    if name == "ssl" and value != "true":
        raise ValueError("?ssl= must be true, or be left out")
