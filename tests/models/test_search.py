"""Search by the start of a reference or address, where few are meant and where many are."""

import pytest

from models.dashboard import search
from models.errors import ArgumentMalformed
from models.policy import Policy
from models.reset.ticket import RecoveryTicket
from tests.support import rows

pytestmark = pytest.mark.usefixtures("connected")
NAMES = ("ada", "adb", "a%", "a_", "r-_", "rob", "ärla")
FOUND: tuple[tuple[str, set[str]], ...] = (
    ("ad", {"ada", "adb"}),
    (" ADA ", {"ada"}),
    ("a%", {"a%"}),
    ("a_", {"a_"}),
    ("%", set()),
    ("_", set()),
    ("r-_", {"r-_"}),
    ("ro", {"rob"}),
    ("ÄRLA0@", {"ärla"}),
    ("ada0@example.com", {"ada"}),
    ("ada0@example.com.", set()),
    ("R-", set(NAMES)),
    ("r", set(NAMES)),
    ("", set(NAMES)),
    ("R-" + "2" * 14, set()),
    ("R-" + "2" * 200, set()),
    ("İ" * 100, set()),
)


@pytest.fixture(params=["few", "many"])
async def owners(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Whose ticket it is, by its reference; what counts as many is more or less."""
    if request.param == "many":
        monkeypatch.setattr(search, "_FEW", 0)
    people = [(await rows.accounts(1, name=name))[0] for name in NAMES]
    tickets = await rows.tickets(people)
    return {ticket.reference: name for ticket, name in zip(tickets, NAMES, strict=True)}


async def test_what_begins_so_is_found(owners: dict[str, str]) -> None:
    for typed, wanted in FOUND:
        meant = await RecoveryTicket.filter(await search.matching(typed))
        found = [owners[ticket.reference] for ticket in meant]
        assert (set(found), len(found)) == (wanted, len(wanted)), typed


async def test_each_reference_by_all_its_starts(owners: dict[str, str]) -> None:
    for reference in owners:
        for length in range(3, len(reference) + 1):
            meant = await RecoveryTicket.filter(await search.matching(reference[:length].lower()))
            assert reference in [ticket.reference for ticket in meant]
        assert [ticket.reference for ticket in meant] == [reference]


async def test_what_was_just_asked_for(policy: Policy) -> None:
    (owner,) = await rows.accounts(1, name="ada")
    ticket = await rows.ticket(policy, owner)
    assert await RecoveryTicket.filter(await search.matching("ada0")) == [ticket]


async def test_what_is_too_long_is_refused() -> None:
    for typed in ("x" * 255, "x" * 1_000_000, "İ" * 200, "\x00", "R-\x00"):
        with pytest.raises(ArgumentMalformed):
            await search.matching(typed)
