"""Rows of several models, written at once: each in its own table, or none."""

from uuid import UUID, uuid4

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError

from models.policy import Policy
from models.reset import links, receipts
from models.reset.links import MailLink, Purpose
from models.reset.receipts import Receipt
from models.storage import database
from models.storage.together import Together
from tests.support.owners import columns

TICKET = UUID(int=7)
_BOTH = Together(*[receipts.WRITTEN] * 2, links.WRITTEN)


@pytest.fixture
def rows(connected: TortoiseContext, policy: Policy) -> tuple[Receipt, Receipt, MailLink]:
    first, _ = receipts.prepare(TICKET, can_cancel=True)
    second, _ = receipts.prepare(TICKET, can_cancel=False)
    return first, second, links.prepare(policy, Purpose.CANCEL_RESET, uuid4(), TICKET)[0]


async def test_each_is_kept_as_it_was_made(rows: tuple[Receipt, Receipt, MailLink]) -> None:
    await _BOTH.write(*rows)
    kept = [await type(row).get(token_hash=row.token_hash) for row in rows]
    assert [columns(row) for row in kept] == [columns(row) for row in rows]
    assert await Receipt.all().count() == 2 and await MailLink.all().count() == 1


async def test_one_that_cannot_be_written_leaves_none(
    rows: tuple[Receipt, Receipt, MailLink],
) -> None:
    first, second, link = rows
    await _BOTH.write(*rows)
    again, _ = receipts.prepare(TICKET, can_cancel=False)
    link.token_hash = "of another"
    with pytest.raises(IntegrityError):
        async with database.transaction():
            await _BOTH.write(again, second, link)
    assert await Receipt.all().count() == 2 and await MailLink.all().count() == 1


async def test_one_of_a_kind_is_enough(rows: tuple[Receipt, Receipt, MailLink]) -> None:
    await Together(receipts.WRITTEN).write(rows[0])
    assert await Receipt.all().count() == 1


async def test_nothing_is_written_of_rows_that_are_not_those_expected(
    rows: tuple[Receipt, Receipt, MailLink],
) -> None:
    with pytest.raises(ValueError):
        await _BOTH.write(*rows[:2])
    assert not await Receipt.exists()
