"""A file of people from another system, read line by line in constant memory.

CSV with a header (commas, semicolons or tabs; RFC 4180, but a value stays on its line, so that a
quote left open costs one line and not the rest of the file), or JSON lines; UTF-8 both.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from models.accounts import newcomers
from models.accounts.newcomers import Newcomer, Refused

LONGEST_LINE = 65_536

_BOM = b"\xef\xbb\xbf"
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_NUMBERED = re.compile(r"(serialnumber|devicename)(\d{0,3})")
_NAMES = {name.casefold(): name for name in newcomers.FIELDS}
_DELIMITERS = ",;\t"

Columns = list[tuple[str, int]]
"""Of each column its field, and the number of the unit that it tells of; 0 where of none."""


class Form(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSONL = "jsonl"


class Why(StrEnum):
    """Why a line cannot be read, in English."""

    LONG = "This line is longer than 64 KiB."
    ENCODING = "This is not UTF-8."
    CONTROL = "There are control characters here."
    QUOTES = "The quotes do not match; a value cannot go on in the next line."
    WIDTH = "There are more or fewer values than columns."
    JSON = "This is not a JSON object."
    TWICE = "A field is there twice."
    UNKNOWN = "There is a field that is not known."
    TYPE = "Every value is a text, and `devices` a list of objects."


class NotReadable(Exception):
    """Raised for a file of which no line can be read; the text tells why."""


@dataclass(frozen=True)
class Entry:
    """A line by its number, what it tells, and how many bytes of the file were read with it."""

    line: int
    position: int
    told: Newcomer | Refused


@dataclass(frozen=True)
class _Line:
    number: int
    position: int
    raw: bytes | None
    """None where it was too long."""


def entries(file: BinaryIO, form: Form) -> Iterator[Entry]:
    """Everybody a file tells of; empty lines are passed over. Raises NotReadable."""
    lines = _lines(file)
    read = _by_columns(lines) if form is Form.CSV else _json
    for line in lines:
        try:
            told = read(_text(line))
        except Refused as refused:
            yield Entry(line.number, line.position, refused)
        else:
            if told is not None:
                yield Entry(line.number, line.position, told)


def _lines(file: BinaryIO) -> Iterator[_Line]:
    number = position = 0
    while raw := file.readline(LONGEST_LINE):
        number, position = number + 1, position + len(raw)
        whole: bytes | None = raw.removeprefix(_BOM) if number == 1 else raw
        while len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            raw, whole = file.readline(LONGEST_LINE), None
            position += len(raw)
        yield _Line(number, position, whole)


def _text(line: _Line) -> str:
    if line.raw is None:
        raise Refused("line", Why.LONG)
    try:
        text = line.raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise Refused("line", Why.ENCODING) from None
    if _CONTROL.search(text):
        raise Refused("line", Why.CONTROL)
    return text


def _by_columns(lines: Iterator[_Line]) -> Callable[[str], Newcomer | None]:
    """How the lines below a header are read."""
    try:
        header = _text(next(lines))
        delimiter = max(_DELIMITERS, key=header.count)
        columns = [_column(name) for name in _values(header, delimiter)]
    except StopIteration:
        raise NotReadable("The file is empty.") from None
    except Refused as refused:
        raise NotReadable(f"The header cannot be read. {refused.why}") from None
    _require_sense(columns)

    def read(text: str) -> Newcomer | None:
        values = _values(text, delimiter) if text.strip() else []
        return _by_position(columns, values) if any(values) else None

    return read


def _column(name: str) -> tuple[str, int]:
    bare = "".join(c for c in name.casefold() if c.isalnum())
    if bare in _NAMES:
        return _NAMES[bare], 0
    if numbered := _NUMBERED.fullmatch(bare):
        field = "serialNumber" if numbered[1] == "serialnumber" else "name"
        return field, int(numbered[2] or 1)
    known = ", ".join((*newcomers.FIELDS, "serialNumber", "deviceName", "serialNumber2 …"))
    raise NotReadable(f"There is a column that is not known. These are: {known}.")


def _require_sense(columns: Columns) -> None:
    for field in ("email", "passwordHash"):
        if (field, 0) not in columns:
            raise NotReadable(f"There is no column {field}.")
    if len(set(columns)) < len(columns):
        raise NotReadable("A column is there twice.")
    for field, number in columns:
        if field == "name" and ("serialNumber", number) not in columns:
            raise NotReadable("There is a deviceName without its serialNumber.")


def _values(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        raise Refused("line", Why.QUOTES) from None


def _by_position(columns: Columns, values: Sequence[str]) -> Newcomer:
    if len(values) != len(columns):
        raise Refused("line", Why.WIDTH)
    fields: dict[str, str] = {}
    units: dict[int, dict[str, str]] = {}
    for (field, number), value in zip(columns, values, strict=True):
        (units.setdefault(number, {}) if number else fields)[field] = value
    devices = [units[number] for number in sorted(units)]
    return newcomers.read(fields, [one for one in devices if any(one.values())])


def _json(text: str) -> Newcomer | None:
    if not text.strip():
        return None
    try:
        told = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused("line", Why.JSON) from None
    if not isinstance(told, dict):
        raise Refused("line", Why.JSON)
    devices = told.pop("devices", None)
    devices = [] if devices is None else devices
    if not isinstance(devices, list) or not all(isinstance(one, dict) for one in devices):
        raise Refused("line", Why.TYPE)
    fields = _texts(told, newcomers.FIELDS)
    return newcomers.read(fields, [_texts(one, ("serialNumber", "name")) for one in devices])


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused("line", Why.TWICE)
    return found


def _texts(told: dict[str, object], known: Sequence[str]) -> dict[str, str]:
    if not told.keys() <= set(known):
        raise Refused("line", Why.UNKNOWN)
    found = {name: value for name, value in told.items() if value is not None}
    texts = {name: value for name, value in found.items() if isinstance(value, str)}
    if len(texts) < len(found):
        raise Refused("line", Why.TYPE)
    return texts
