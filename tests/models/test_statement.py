"""SQL without the ORM: the same values in and out as with it, on both databases."""

import pytest
from tortoise.context import TortoiseContext

from models.accounts.account import Account, Role
from models.policy import Policy
from models.second_factor.two_factor import Authenticator
from models.signing_in import session
from models.signing_in.session import Session
from models.storage import database
from models.storage.rows import Columns
from models.storage.sqlite import Run
from models.storage.statement import NothingDone, Statement, Whole, visit
from tests.support import owners, rows
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.owners import Owner, columns

_RENAME = Statement("UPDATE account SET locale = $1 WHERE id = $2 RETURNING id")
_NONE = Statement("UPDATE account SET locale = $1 WHERE id = $2 AND locale = 'sv' RETURNING id")


@pytest.fixture
async def ada(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    return await owners.enrolled(policy, clock, role=Role.SUPPORT)


class TestValues:
    async def test_a_session_and_its_account_are_read_as_the_orm_reads_them(
        self, ada: Owner
    ) -> None:
        signed = await ada.verify(ada.code())
        found = await session.find(ada.policy, signed.token)
        assert found
        kept = await Session.get(id=found.id).select_related("account")
        assert columns(found) == columns(kept) == columns(signed.session)
        assert columns(found.account) == columns(kept.account)
        assert type(found.account.role) is Role and type(found.account.first_sign_in) is bool

    async def test_what_is_read_can_be_saved(self, ada: Owner) -> None:
        signed = await ada.verify(ada.code())
        found = await session.find(ada.policy, signed.token)
        assert found
        found.account.locale = "sv"
        await found.account.save()
        assert (await ada.row()).locale == "sv"

    async def test_nulls_stay_null(self, ada: Owner) -> None:
        factor = Columns(Authenticator, "f")
        select = Statement(
            f"SELECT {factor.listed} FROM authenticator AS f WHERE f.account_id = $1"  # noqa: S608
        )
        (row,) = await select.rows(ada.account.id)
        made = factor.made(row)
        assert columns(made) == columns(await ada.factor())
        assert made.suspended_at is None and made.suspension is None


class TestStatement:
    async def test_takes_any_of_the_values_in_any_order(self, ada: Owner) -> None:
        select = Statement("SELECT id FROM account WHERE id = $4 AND (email = $2 OR email = $2)")
        found = await select.rows("of no use", ada.account.email, object(), ada.account.id)
        assert len(found) == 1

    async def test_runs_in_the_running_transaction(self, ada: Owner) -> None:
        with pytest.raises(ZeroDivisionError):
            async with database.transaction():
                assert await _RENAME.rows("de", ada.account.id)
                raise ZeroDivisionError
        assert (await ada.row()).locale == "en"


@on_sqlite
class TestVisit:
    async def test_what_is_raised_undoes_all(self, ada: Owner) -> None:
        def work(run: Run) -> None:
            assert _RENAME.run(run, "de", ada.account.id)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await visit(work)
        assert (await ada.row()).locale == "en"

    async def test_so_does_a_part_that_gives_no_row(self, ada: Owner) -> None:
        whole = Whole(
            _NONE, _RENAME, Statement("DELETE FROM throttle WHERE key = $1 RETURNING key")
        )
        assert await whole.rows("de", ada.account.id) == []
        with pytest.raises(NothingDone):
            await visit(lambda run: whole.run(run, "de", ada.account.id))
        assert (await ada.row()).locale == "en"

    async def test_it_waits_for_a_transaction_and_leaves_nothing_locked(self, ada: Owner) -> None:
        await visit(lambda run: _RENAME.run(run, "de", ada.account.id))
        async with database.transaction():
            await Account.filter(id=ada.account.id).update(locale="sv")
        await visit(lambda run: _RENAME.run(run, "en", ada.account.id))
        assert await rows.accounts(1) and (await ada.row()).locale == "en"
