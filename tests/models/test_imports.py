"""Taking people over: all of a batch or nothing, once, and only into addresses that are free."""

import asyncio
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from models import clock, outbox
from models.accounts import account as accounts
from models.accounts import import_file, imports, registration
from models.accounts.account import Account, Device, Role
from models.accounts.import_file import Form
from models.accounts.imports import Step
from models.keys.keyring import Keyring
from models.mail import OutboxMail
from models.policy import Policy
from models.record import chain, verifying
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.second_factor import two_factor
from models.second_factor.two_factor import Authenticator
from models.signing_in.sign_in import CodeRequired, EnrollmentRequired
from models.storage import database
from tests.support import owners
from tests.support.newcomers import SECRET, people, person
from tests.support.owners import HOME, PASSWORD, Owner

pytestmark = pytest.mark.usefixtures("connected")
NOBODY = Step(0)


async def imported(policy: Policy, *lines: dict[str, Any], dry_run: bool = False) -> Step:
    """What became of these lines, all batches together."""
    file = io.BytesIO("\n".join(map(json.dumps, lines)).encode())
    total = Step(len(file.getvalue()))
    entries = import_file.entries(file, Form.JSONL)
    async for step in imports.run(policy.keyring, entries, dry_run):
        total.imported += step.imported
        total.before += step.before
        total.refused += step.refused
        assert step.position <= total.position
    return total


async def owner(policy: Policy, email: str = "ada@example.com") -> Owner:
    account = await accounts.find(email)
    assert account
    return Owner(policy, account, SECRET)


def told(step: Step) -> list[tuple[int, str, str]]:
    return [(line, refused.field, refused.why) for line, refused in step.refused]


async def counted() -> list[int]:
    tables = (Account, Device, Authenticator, AuditEntry, OutboxMail)
    return [await table.all().count() for table in tables]


class TestAnAccount:
    async def test_is_as_it_was_told(self, policy: Policy) -> None:
        devices = [{"serialNumber": "AHU-1", "name": "Roof"}, {"serialNumber": "A 2"}]
        at = "2019-05-01T06:00:00+00:00"
        line = person("Ada@Example.com", devices=devices, locale="de", registeredAt=at)
        await imported(policy, line)
        ada = (await owner(policy)).account
        assert (ada.email, ada.email_key) == ("Ada@example.com", "ada@example.com")
        assert (ada.role, ada.locale, ada.first_sign_in) == (Role.CUSTOMER, "de", False)
        assert ada.registered_at.isoformat() == at
        units = (await accounts.devices_of([ada.id]))[ada.id]
        assert {(unit.serial_number, unit.serial_key, unit.name) for unit in units} == {
            ("AHU-1", "AHU1", "Roof"),
            ("A 2", "A2", "A 2"),
        }

    async def test_has_no_first_sign_in_to_spare(self, policy: Policy) -> None:
        await imported(policy, person())
        ada = await owner(policy)
        assert isinstance(await ada.login(), EnrollmentRequired)
        assert isinstance(await ada.login(), EnrollmentRequired)

    async def test_with_a_secret_goes_on_with_the_same_app(self, policy: Policy) -> None:
        await imported(policy, person(totpSecret=SECRET.lower()))
        ada = await owner(policy)
        assert isinstance(await ada.login(), CodeRequired)
        factor = await ada.factor()
        assert (factor.last_step, factor.last_used_at) == (0, None)
        assert SECRET not in factor.secret
        signed = await ada.verify(ada.code())
        assert signed.session.verified_at

    async def test_of_sixteen_bytes_too(self, policy: Policy) -> None:
        secret = "A" * 26
        await imported(policy, person(totpSecret=secret))
        ada = replace(await owner(policy), secret=secret)
        assert (await ada.verify(ada.code())).session.verified_at

    async def test_is_mailed_nothing(self, policy: Policy) -> None:
        await imported(policy, *people(3))
        assert await outbox.due(policy.keyring) == []

    async def test_is_in_the_record(self, policy: Policy) -> None:
        await imported(policy, person(), person("eve@example.com", totpSecret=SECRET))
        entries = await AuditEntry.filter(action=Action.ACCOUNT_IMPORTED).order_by("id")
        assert [one.detail for one in entries] == ["bcrypt", "bcrypt, with a second factor"]
        assert entries[0].account_id == (await owner(policy)).account.id
        await chain.seal(policy.keyring)
        assert [fault async for fault in verifying.verify(policy.keyring)] == []


class TestAgain:
    async def test_finds_all_there(self, policy: Policy) -> None:
        lines = people(imports.BATCH + 7)
        assert (await imported(policy, *lines)).imported == len(lines)
        before = await counted()
        again = await imported(policy, *lines)
        assert (again.imported, again.before, again.refused) == (0, len(lines), [])
        assert await counted() == before

    async def test_whatever_has_become_of_them(self, policy: Policy) -> None:
        line = person(devices=[{"serialNumber": "AHU-1"}])
        await imported(policy, line)
        ada = await owner(policy)
        await ada.login()
        assert (await ada.row()).password_hash.startswith("$argon2id$")
        await Account.filter(id=ada.account.id).update(locale="sv", disabled_at=clock.now())
        row = owners.columns(await ada.row())
        assert (await imported(policy, line)).before == 1
        assert owners.columns(await ada.row()) == row

    async def test_under_exchanged_keys(self, policy: Policy, secret_keys: str) -> None:
        lines = people(3)
        await imported(policy, *lines)
        ring = Keyring.parse(f"{Keyring.generate_text()},{secret_keys}")
        rotated = replace(policy, keyring=ring)
        await imported(rotated, *lines, person(totpSecret=SECRET))
        assert await Account.all().count() == 4
        ada = await owner(rotated)
        assert (await ada.verify(ada.code())).session.verified_at

    async def test_goes_on_where_it_was(self, policy: Policy) -> None:
        lines = people(20)
        await imported(policy, *lines[:7])
        rest = await imported(policy, *lines)
        assert (rest.imported, rest.before) == (13, 7)


class TestTakenAddresses:
    async def test_are_left_alone(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        row = owners.columns(await ada.row())
        step = await imported(policy, person("ADA@example.com", totpSecret=SECRET))
        assert told(step) == [(1, "email", "Another account has this address.")]
        assert owners.columns(await ada.row()) == row
        assert await two_factor.find(ada.account) is None

    async def test_another_line_is_another_account(self, policy: Policy) -> None:
        await imported(policy, person())
        step = await imported(policy, person(totpSecret=SECRET))
        assert told(step) == [(1, "email", "Another account has this address.")]
        assert isinstance(await (await owner(policy)).login(), EnrollmentRequired)

    @pytest.mark.parametrize("dry_run", [False, True])
    async def test_the_first_line_has_it(self, policy: Policy, dry_run: bool) -> None:
        lines = [*people(imports.BATCH), person("PERSON.3@example.com"), person(), person()]
        lines.insert(0, {"email": "ada@example.com"})
        step = await imported(policy, *lines, dry_run=dry_run)
        assert told(step) == [
            (1, "passwordHash", "This is no whole hash of a kind that is understood."),
            (imports.BATCH + 2, "email", "Line 5 has this address already."),
            (imports.BATCH + 4, "email", f"Line {imports.BATCH + 3} has this address already."),
        ]
        assert step.imported == imports.BATCH + 1

    async def test_registered_at_the_same_moment(self, policy: Policy) -> None:
        lines = people(40)
        people_who_register = [
            registration.register(policy, HOME, line["email"], PASSWORD, "AHU-1", "Roof")
            for line in lines[::4]
        ]
        importing = asyncio.create_task(imported(policy, *lines))
        await asyncio.gather(*people_who_register)
        step = await importing
        assert step.imported + len(step.refused) == 40
        assert await Account.all().count() == 40

    async def test_imported_twice_at_the_same_moment(self, policy: Policy) -> None:
        lines = people(imports.BATCH * 2)
        steps = await asyncio.gather(imported(policy, *lines), imported(policy, *lines))
        assert sum(step.imported for step in steps) == len(lines)
        assert sum(step.before for step in steps) == len(lines)
        assert await Device.all().count() == len(lines)


class TestDryRun:
    async def test_changes_nothing_and_says_the_same(self, policy: Policy) -> None:
        await owners.registered(policy)
        lines = [*people(9), person(), person(passwordHash="x")]
        await imported(policy, *lines[:4])
        before = await counted()
        dry = await imported(policy, *lines, dry_run=True)
        assert await counted() == before
        wet = await imported(policy, *lines)
        assert (dry.imported, dry.before, told(dry)) == (wet.imported, wet.before, told(wet))
        assert (wet.imported, wet.before, len(wet.refused)) == (5, 4, 2)


async def test_a_batch_is_all_or_nothing(policy: Policy) -> None:
    """The record cannot be written: then nobody is there."""
    table = AuditEntry._meta.db_table
    await database.connection().execute_script(f"ALTER TABLE {table} RENAME TO gone")
    with pytest.raises(Exception, match=table):
        await imported(policy, *people(3))
    await database.connection().execute_script(f"ALTER TABLE gone RENAME TO {table}")
    assert await counted() == [0, 0, 0, 0, 0]
