"""Lines of a file: what they tell, and how those are refused that tell nothing good."""

import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest

from models.accounts import import_file
from models.accounts.import_file import LONGEST_LINE, Form, NotReadable
from models.accounts.newcomers import LOCALES, Newcomer, Refused, Unit
from server.http import client

HASH = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GOOD = f"ada@example.com,{HASH}"
PERSON = {"email": "ada@example.com", "passwordHash": HASH}


def read(content: bytes | str, form: Form = Form.CSV) -> list[tuple[int, Newcomer | Refused]]:
    raw = content.encode() if isinstance(content, str) else content
    return [(entry.line, entry.told) for entry in import_file.entries(io.BytesIO(raw), form)]


def told(content: bytes | str, form: Form = Form.CSV) -> Newcomer:
    ((_, newcomer),) = read(content, form)
    assert isinstance(newcomer, Newcomer), newcomer
    return newcomer


def csv(values: str, columns: str = "") -> str:
    return f"email,passwordHash{columns}\n{GOOD}{values}\n"


def refused(content: bytes | str, form: Form = Form.CSV) -> tuple[str, str]:
    ((_, refusal),) = read(content, form)
    assert isinstance(refusal, Refused), refusal
    assert "ada" not in str(refusal) and HASH not in str(refusal)
    return refusal.field, refusal.why


def said(**fields: object) -> tuple[str, str]:
    return refused(json.dumps(PERSON | fields), Form.JSONL)


class TestCsv:
    def test_everything_that_can_be_told(self) -> None:
        columns = ",totpSecret,locale,registeredAt,role,serialNumber,deviceName,serialNumber2"
        values = f',{SECRET},de,2019-05-01T08:00:00+02:00,customer,AHU-1,"Roof, ""east""",A 2'
        ada = told(csv(values, columns))
        assert ada.email == "ada@example.com" and ada.password_hash == HASH
        assert ada.secret == SECRET and ada.locale == "de"
        assert ada.registered_at and ada.registered_at.isoformat() == "2019-05-01T06:00:00+00:00"
        assert ada.units == (Unit("AHU-1", 'Roof, "east"'), Unit("A 2", "A 2"))

    def test_what_is_empty_is_not_there(self) -> None:
        ada = told(csv(",,,,,,", ",totpSecret,locale,registeredAt,role,serialNumber,deviceName"))
        assert ada == told(csv(""))
        assert (ada.secret, ada.locale, ada.registered_at, ada.units) == (None, "en", None, ())

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_as_spreadsheets_write_it(self, delimiter: str, bom: bytes, end: str) -> None:
        header = delimiter.join(("E-Mail", "Password_Hash", "Device Name", "serial-number"))
        line = delimiter.join(("ada@example.com", HASH, '"Dach, Süd; links"', "AHU-1"))
        empty = delimiter * 3
        ada = told(bom + f"{header}{end}{line}{end}{empty}{end}{end}".encode())
        assert ada.units == (Unit("AHU-1", "Dach, Süd; links"),)

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            ("", "The file is empty."),
            ("\n", "There is no column email."),
            ("email\n", "There is no column passwordHash."),
            (f"{GOOD}\n", "There is a column that is not known."),
            ("email,passwordHash,totp_secrte\n", "There is a column that is not known."),
            ("email,passwordHash,E-Mail\n", "A column is there twice."),
            ("email,passwordHash,serialNumber,serialNumber1\n", "A column is there twice."),
            ("email,passwordHash,deviceName2\n", "There is a deviceName without"),
            ('email,"passwordHash\n', "The header cannot be read. The quotes do not match"),
            (csv("").encode("utf-16"), "The header cannot be read. This is not UTF-8."),
            (b"email,passwordHash" + b" " * LONGEST_LINE, "The header cannot be read. This line"),
        ],
    )
    def test_a_file_that_makes_no_sense(self, content: bytes | str, why: str) -> None:
        with pytest.raises(NotReadable) as fault:
            read(content)
        assert str(fault.value).startswith(why)

    def test_a_quote_left_open_costs_one_line(self) -> None:
        lines = read(f'email,passwordHash\n"{GOOD}\n{GOOD}\n')
        assert isinstance(lines[0][1], Refused) and "quotes" in lines[0][1].why
        assert isinstance(lines[1][1], Newcomer)

    @pytest.mark.parametrize("line", [GOOD + ",", "ada@example.com", f'"a"b,{HASH}'])
    def test_a_line_that_does_not_fit(self, line: str) -> None:
        assert refused(f"email,passwordHash\n{line}\n")[0] == "line"


class TestJson:
    def test_the_same_person(self) -> None:
        devices = [{"serialNumber": "AHU-1", "name": "Roof"}, {"serialNumber": "A 2"}]
        line = json.dumps(PERSON | {"devices": devices, "totpSecret": None, "locale": "sv"})
        columns = ",serialNumber,deviceName,serialNumber2,locale"
        ada = told(line, Form.JSONL)
        assert ada == told(csv(",AHU-1,Roof,A 2,sv", columns))
        assert ada.content == told(f"\ufeff{line}\r\n\n", Form.JSONL).content

    @pytest.mark.parametrize(
        "line",
        [
            "{",
            "[]",
            "null",
            '"x"',
            "7",
            "[" * 30_000,
            '{"email":' * 5_000,
            "9" * 10_000,
            '{"email": "ada@example.com", "email": "eve@example.com"}',
            '{"email": "ada@example.com", "passwordhash": "x"}',
            '{"email": ["ada@example.com"]}',
            '{"email": 7}',
            '{"email": NaN}',
            '{"devices": {}}',
            '{"devices": ["AHU-1"]}',
            '{"devices": [{"serialNumber": 7}]}',
            '{"devices": [{"serial": "7"}]}',
        ],
    )
    def test_what_is_no_person(self, line: str) -> None:
        assert refused(line, Form.JSONL)[0] == "line"


class TestFields:
    @pytest.mark.parametrize("email", ["", "ada", "ada@", "a\ud800@example.com", "a\0@example.com"])
    def test_no_address(self, email: str) -> None:
        assert said(email=email) == ("email", "This is not an e-mail address.")

    @pytest.mark.parametrize("hashed", ["", None, "plain password", HASH + "\0", "\ud800"])
    def test_no_hash(self, hashed: str | None) -> None:
        assert said(passwordHash=hashed)[0] == "passwordHash"

    @pytest.mark.parametrize("role", ["SUPPORT", "supervisor", "boss"])
    def test_customers_only(self, role: str) -> None:
        assert said(role=role)[0] == "role"

    @pytest.mark.parametrize("locale", ["fr", "english", "\0"])
    def test_another_language(self, locale: str) -> None:
        assert said(locale=locale)[0] == "locale"

    @pytest.mark.parametrize(
        "at", ["yesterday", "2999-01-01", "0001-01-01T00:00:00+23:00", "1969-12-31", "1556690400"]
    )
    def test_another_time(self, at: str) -> None:
        assert said(registeredAt=at)[0] == "registeredAt"

    @pytest.mark.parametrize("at", ["2019-05-01", "2019-05-01T00:00:00Z", "2019-05-01 02:00+02:00"])
    def test_instants(self, at: str) -> None:
        ada = told(json.dumps(PERSON | {"registeredAt": at}), Form.JSONL)
        assert ada.registered_at and ada.registered_at.isoformat() == "2019-05-01T00:00:00+00:00"

    @pytest.mark.parametrize(
        ("device", "field"),
        [
            ({"name": "Roof"}, "serialNumber"),
            ({"serialNumber": "!"}, "serialNumber"),
            ({"serialNumber": "A" * 65}, "serialNumber"),
            ({"serialNumber": "A1", "name": "x" * 101}, "name"),
            ({"serialNumber": "A1", "name": "\u202e"}, "name"),
            ({"serialNumber": "A1", "name": "\0"}, "name"),
        ],
    )
    def test_no_unit(self, device: dict[str, str], field: str) -> None:
        assert said(devices=[device])[0] == field

    def test_a_unit_twice(self) -> None:
        twice = [{"serialNumber": "AHU-1"}, {"serialNumber": "ahu 1"}]
        assert said(devices=twice) == ("serialNumber", "The same unit is there twice.")

    def test_languages_are_those_of_the_server(self) -> None:
        assert LOCALES == client.LOCALES


class TestSecret:
    """RFC 4226 §4, R6: 128 bits at least."""

    @pytest.mark.parametrize(
        "typed", [SECRET, SECRET.lower(), "JBSW Y3DP EHPK 3PXP-jbsw y3dp ehpk 3pxp", f" {SECRET} "]
    )
    def test_as_people_copy_it(self, typed: str) -> None:
        assert told(json.dumps(PERSON | {"totpSecret": typed}), Form.JSONL).secret == SECRET

    @pytest.mark.parametrize("characters", [26, 52, 103])
    def test_other_lengths(self, characters: int) -> None:
        line = json.dumps(PERSON | {"totpSecret": "A" * characters + "=" * (-characters % 8)})
        assert told(line, Form.JSONL).secret == "A" * characters

    @pytest.mark.parametrize("typed", ["A" * 16, "A" * 24, "A" * 104, "A" * 27, "0" * 32, "ÄÄ"])
    def test_too_short_too_long_or_none(self, typed: str) -> None:
        assert said(totpSecret=typed)[0] == "totpSecret"


class TestHostile:
    @pytest.mark.parametrize("form", Form)
    @pytest.mark.parametrize(
        "line",
        [b"\xff\xfe", b"ada@ex\xe4mple.com,x", b"a\0b,x", b"a\x1bb,x", b"\xed\xa0\x80,x", b"a\rb"],
    )
    def test_bytes_that_are_no_text(self, form: Form, line: bytes) -> None:
        header = b"email,passwordHash\n" if form is Form.CSV else b""
        assert refused(header + line + b"\n", form)[0] == "line"

    def test_a_line_without_end_is_one_line(self) -> None:
        content = b"email,passwordHash\n" + b"x" * 200_000 + b"\n" + GOOD.encode()
        lines = read(content)
        assert [line for line, _ in lines] == [2, 3]
        assert isinstance(lines[0][1], Refused) and "64 KiB" in lines[0][1].why
        assert isinstance(lines[1][1], Newcomer)

    def test_a_line_may_be_that_long(self) -> None:
        room = LONGEST_LINE - len(GOOD) - 1
        assert refused(csv("," + "x" * (room - 1), ",totpSecret"))[0] == "totpSecret"
        assert refused(csv("," + "x" * room, ",totpSecret"))[0] == "line"

    def test_memory_does_not_grow_with_the_file(self) -> None:
        assert self.peak(20_000) < self.peak(200) + 1_000_000

    def peak(self, count: int) -> int:
        tracemalloc.start()
        try:
            for _ in import_file.entries(Endless(count), Form.CSV):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


class Endless(io.BytesIO):
    """A file of refused lines, made while it is read."""

    def __init__(self, count: int) -> None:
        super().__init__()
        header, line = b"email,passwordHash\n", b"x" * 100 + b"\n"
        self._lines: Iterator[bytes] = iter([header, *[line] * count])

    def readline(self, size: int | None = -1, /) -> bytes:
        return next(self._lines, b"")
