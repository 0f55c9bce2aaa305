"""What `/metrics` says of what was asked, to the number and under which names."""

import json

import pytest

from models.storage import database
from schema import masking
from schema.errors import PROBLEMS
from tests.support import people, scraped
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.operations import operation, trusted
from tests.support.people import Person
from tests.support.served import Running

SECONDS = "sparekey_operation_seconds_count"
PROBLEM = "sparekey_problems_total"
CODES = {
    "BAD_USER_INPUT", "CURSOR_EXPIRED", "DOCUMENT_NOT_FOUND", "DOCUMENT_NOT_TRUSTED", "FORBIDDEN",
    "INTERNAL", "NOT_FOUND", "PERSISTED_QUERY_NOT_FOUND", "UNAUTHENTICATED",
    masking.UNAVAILABLE, masking.UNFIT,
}  # fmt: skip


@pytest.fixture
def nobody(served: Running) -> Client:
    return served.program()


class TestOperations:
    async def test_each_is_counted_by_its_name(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        before = await scraped.scrape(served)
        assert before.value(SECONDS, operation="Register") == 1
        assert before.value(SECONDS, operation="Login") == 2
        await ada.client.run("Viewer")
        after = await scraped.scrape(served)
        assert after[SECONDS] == before[SECONDS] + 1
        more = after.value(SECONDS, operation="Viewer")
        assert more == before.value(SECONDS, operation="Viewer") + 1

    async def test_every_one_of_the_contract_is_there_from_the_start(
        self, served: Running, nobody: Client
    ) -> None:
        names = (await scraped.scrape(served)).labels(SECONDS, "operation")
        assert {"Login", "VerifyCode", "ClaimTicket", "WatchResetStatus", "other"} <= names
        assert len(names) == len(trusted()) + 1

    async def test_its_time_falls_into_one_class(self, served: Running, nobody: Client) -> None:
        await nobody.run("Viewer")
        found = await scraped.scrape(served)
        bucket = "sparekey_operation_seconds_bucket"
        upto = found.values(bucket, operation="Viewer")
        assert upto == sorted(upto)
        assert found.values(bucket, operation="Viewer", le="+Inf") == [1]
        assert 0 < found.value("sparekey_operation_seconds_sum", operation="Viewer") < 10

    async def test_one_asked_by_its_document_alone(self, served: Running, nobody: Client) -> None:
        texts = json.loads(served.settings.documents_file.read_text())
        await nobody.post({"query": texts[operation("Viewer").trusted_id]})
        found = await scraped.scrape(served)
        assert found.value(SECONDS, operation="Viewer") == 1

    async def test_one_asked_by_its_id(self, served: Running, nobody: Client) -> None:
        await nobody.post({"documentId": operation("Viewer").trusted_id})
        found = await scraped.scrape(served)
        assert found.value(SECONDS, operation="Viewer") == 1

    async def test_a_document_of_ones_own(self, served: Running, nobody: Client) -> None:
        await nobody.post({"query": "query Zwiebelkuchen { __typename }"})
        asked = {"query": "query Apfelmus { __typename }", "operationName": "Apfelmus"}
        await nobody.post(asked)
        found = await scraped.scrape(served)
        assert found.value(SECONDS, operation="other") == 2
        assert "Zwiebelkuchen" not in found.text and "Apfelmus" not in found.text

    async def test_one_over_a_socket(self, served: Running, nobody: Client) -> None:
        async with nobody.subscribe("Viewer") as answers:
            await answers.next()
        found = await scraped.until(served, SECONDS, 1, operation="Viewer")
        assert found[SECONDS] == 1


class TestProblems:
    async def test_a_member_of_a_result(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        challenge = await ada.challenge()
        await ada.verify(challenge, ada.used_code())
        stranger = Person(served, clock, "eve@example.com")
        await stranger.login()
        found = await scraped.scrape(served)
        assert found.value(PROBLEM, operation="VerifyCode", problem="CodeRejected") == 1
        assert found.value(PROBLEM, operation="Login", problem="InvalidCredentials") == 1
        assert found[PROBLEM] == 2

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({"query": "{ nonsense }"}, masking.UNFIT),
            ({"query": "{ viewer"}, masking.UNFIT),
            ({"documentId": "sha256:" + 64 * "0"}, "DOCUMENT_NOT_FOUND"),
            ({"query": "{ queueStatus { waiting } }"}, "UNAUTHENTICATED"),
        ],
    )
    async def test_an_error_by_its_code(
        self, served: Running, nobody: Client, payload: dict[str, str], code: str
    ) -> None:
        await nobody.post(payload)
        found = await scraped.scrape(served)
        assert found.value(PROBLEM, operation="other", problem=code) == 1
        assert found[PROBLEM] == 1

    async def test_one_over_a_socket(self, served: Running, nobody: Client) -> None:
        async with nobody.subscribe("QueueStatus") as answers:
            await answers.errors()
        found = await scraped.until(served, PROBLEM, 1, problem="UNAUTHENTICATED")
        assert found.value(PROBLEM, operation="QueueStatus", problem="UNAUTHENTICATED") == 1

    async def test_a_subscription_that_is_refused(self, served: Running, nobody: Client) -> None:
        async with nobody.subscribe("RecoveryQueueEvents") as answers:
            await answers.errors()
        found = await scraped.scrape(served)
        refused = {"operation": "RecoveryQueueEvents", "problem": "UNAUTHENTICATED"}
        assert found.value(PROBLEM, **refused) == 1

    async def test_none_is_named_by_a_client(self, served: Running, nobody: Client) -> None:
        await nobody.post({"query": "{ q(a: 1) }", "operationName": "extensions.code"})
        await nobody.post({"query": "{ viewer { id } }", "extensions": {"code": "MINE"}})
        names = (await scraped.scrape(served)).labels(PROBLEM, "problem")
        assert names <= CODES | {answer.error_type.__name__ for answer in PROBLEMS}

    async def test_a_crash(self, served: Running, nobody: Client, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        found = await scraped.scrape(served)
        assert found.value(PROBLEM, problem="INTERNAL") == 0, "it begins at none"
        await without_throttle()
        await nobody.errors("Login", email=ada.email, password="x", delivery="BEARER")
        found = await scraped.scrape(served)
        assert found.value(PROBLEM, operation="Login", problem="INTERNAL") == 1


async def without_throttle() -> None:
    """A table is gone: what a statement then says must be told as a crash."""
    await database.connection().execute_script("ALTER TABLE throttle RENAME TO elsewhere")
