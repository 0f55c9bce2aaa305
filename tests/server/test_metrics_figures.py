"""What `/metrics` says of sockets, queue, mails, record, threads and connections."""

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from models import clock as time
from models.errors import Throttled
from models.mail import OutboxMail
from models.record import chain
from models.reset import desk
from models.reset.ticket import RecoveryTicket
from models.signing_in.passwords import Passwords
from models.signing_in.session import Session
from models.storage import database, pool
from server.metrics import house
from tests.server.test_streams import events, streamed
from tests.support import outage, postgres, rows, scraped
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.databases import on_postgres
from tests.support.hook import SECRET, listening
from tests.support.served import Running, running

SUBSCRIPTIONS = "sparekey_subscriptions"
OVERDUE_BY = timedelta(days=30)


class TestLive:
    async def test_sockets_and_what_they_follow(self, served: Running, desk_client: Client) -> None:
        async with desk_client.subscribe("WatchQueueStatus") as status:
            await status.next()
            async with desk_client.subscribe("RecoveryQueueEvents"):
                found = await scraped.until(served, SUBSCRIPTIONS, 1, kind="recoveryQueueEvents")
                assert found["sparekey_sockets"] == 2
                assert found.value(SUBSCRIPTIONS, kind="queueStatus") == 1
                assert found.value(SUBSCRIPTIONS, kind="resetStatus") == 0
        found = await scraped.until(served, "sparekey_sockets", 0)
        assert found[SUBSCRIPTIONS] == 0
        seconds = "sparekey_operation_seconds_count"
        assert found.value(seconds, operation="WatchQueueStatus") == 0, (
            "it is watched, not answered"
        )
        assert found.value(seconds, operation="RecoveryQueueEvents") == 0

    async def test_one_that_follows_by_itself(self, served: Running) -> None:
        (owner,) = await rows.accounts(1)
        receipt = (await rows.submit(served.policy, owner)).receipt
        async with served.program().subscribe("WatchResetStatus", receipt=receipt) as status:
            await status.next()
            found = await scraped.scrape(served)
            assert found.value(SUBSCRIPTIONS, kind="resetStatus") == 1

    async def test_streams(self, served: Running, desk_client: Client) -> None:
        async with streamed(desk_client, events()):
            found = await scraped.until(served, "sparekey_streams", 1)
            assert found["sparekey_sockets"] == 0
        await scraped.until(served, "sparekey_streams", 0)

    async def test_the_doorbell(self, served: Running) -> None:
        owners = await rows.accounts(3)
        for owner in owners:
            await rows.ticket(served.policy, owner)
        found = await scraped.until(served, "sparekey_stream_position", 3)
        assert found["sparekey_doorbell_lag_seconds_count"] == 3
        assert found["sparekey_doorbell_lag_seconds_sum"] < 10
        await asyncio.sleep(1)
        assert (await scraped.scrape(served))["sparekey_stream_head"] == 3


class TestQueue:
    async def test_of_nobody(self, served: Running) -> None:
        found = await scraped.scrape(served)
        assert found["sparekey_queue_oldest_seconds"] == 0
        assert found.values("sparekey_queue_next_due_seconds") == []
        assert found.values("sparekey_decision_seconds_median") == []

    async def test_waiting_claimed_and_late(
        self, served: Running, sam: Session, clock: Clock
    ) -> None:
        tickets = [await rows.ticket(served.policy, one) for one in await rows.accounts(3)]
        await desk.claim(served.policy, sam, tickets[0].id)
        found = await scraped.scrape(served)
        assert found.value("sparekey_queue_tickets", state="waiting") == 2
        assert found.value("sparekey_queue_tickets", state="claimed") == 1
        assert found["sparekey_queue_overdue"] == 0
        due = min([ticket.due_at for ticket in tickets])
        left = (due - time.now()).total_seconds()
        assert found["sparekey_queue_next_due_seconds"] == pytest.approx(left, abs=5)
        await clock.travel(OVERDUE_BY)
        found = await scraped.until(served, "sparekey_queue_overdue", 3)
        assert found["sparekey_queue_next_due_seconds"] < 0
        assert found["sparekey_queue_oldest_seconds"] == pytest.approx(
            OVERDUE_BY.total_seconds(), abs=10
        )

    async def test_the_median_of_decisions(self, served: Running) -> None:
        tickets = [await rows.ticket(served.policy, one) for one in await rows.accounts(3)]
        for ticket, seconds in zip(tickets, (60, 600, 7200), strict=True):
            decided = {"decided_at": time.now(), "seconds_to_decision": float(seconds)}
            await RecoveryTicket.filter(id=ticket.id).update(state="REJECTED", **decided)
        assert (await scraped.scrape(served))["sparekey_decision_seconds_median"] == 600


class TestMails:
    async def test_delivered_and_given_up(self, served: Running) -> None:
        (owner,) = await rows.accounts(1)
        await rows.ticket(served.policy, owner)
        await scraped.until(served, "sparekey_mails_total", 1, result="delivered")
        await OutboxMail.all().update(delivered_at=None, given_up_at=time.now(), payload="kept")
        found = await scraped.until(served, "sparekey_mails_given_up", 1)
        assert found["sparekey_mails_waiting"] == 0

    async def test_waiting(self, served: Running) -> None:
        (owner,) = await rows.accounts(1)
        await rows.ticket(served.policy, owner)
        await scraped.until(served, "sparekey_mails_total", 1, result="delivered")
        earlier, later = (time.now() + timedelta(hours=n) for n in (-2, 2))
        await OutboxMail.all().update(delivered_at=None, written_at=earlier, deliver_at=later)
        await asyncio.sleep(house.FRESH)
        found = await scraped.until(served, "sparekey_mails_waiting", 1)
        assert found["sparekey_mails_oldest_seconds"] == pytest.approx(7200, abs=20)


class TestRecord:
    async def test_sealed_and_not(self, served: Running) -> None:
        (owner,) = await rows.accounts(1)
        await rows.ticket(served.policy, owner)
        await chain.seal(served.policy.keyring)
        found = await scraped.until(served, "sparekey_audit_unsealed", 0)
        assert found["sparekey_audit_sealed"] >= 1
        assert found["sparekey_audit_unsealed_oldest_seconds"] == 0


class TestWebhook:
    async def test_none(self, served: Running) -> None:
        assert (await scraped.scrape(served)).values("sparekey_webhook_waiting") == []

    async def test_told(self, database_url: str, tmp_path: Path, secret_keys: str) -> None:
        async with listening() as hook:
            changes = {"WEBHOOK_URL": hook.url, "WEBHOOK_INSIDE": "true",
                       "WEBHOOK_SECRET": SECRET}  # fmt: skip
            async with running(database_url, tmp_path, secret_keys, **changes) as served:
                await scraped.until(served, "sparekey_database_up", 1)
                await asyncio.sleep(1.2)
                (owner,) = await rows.accounts(1)
                await rows.ticket(served.policy, owner)
                await scraped.until(served, "sparekey_webhooks_total", 1, result="taken")
                found = await scraped.until(served, "sparekey_webhook_waiting", 0)
                assert found["sparekey_webhook_failing_seconds"] == 0


class TestHashing:
    async def test_busy_and_refused(self) -> None:
        passwords = Passwords(memory_kib=4096, time_cost=2, threads=1, queue=2)
        work = [asyncio.create_task(passwords.hash("seven quiet turbines")) for _ in range(3)]
        await asyncio.sleep(0)
        load = passwords.load()
        assert (load.running, load.waiting, load.refused, load.room) == (1, 1, 1, 2)
        done = await asyncio.gather(*work, return_exceptions=True)
        assert [isinstance(one, Throttled) for one in done] == [False, False, True]
        load = passwords.load()
        assert (load.running, load.waiting, sum(load.took.classes)) == (0, 0, 2)
        passwords.close()


@pytest.mark.usefixtures("connected")
class TestConnections:
    async def test_one_that_is_used(self) -> None:
        async with database.transaction():
            state = pool.state()
            assert state and state.used == 1
        state = pool.state()
        assert state and state.used == 0 and state.idle == 1

    async def test_one_that_is_waited_for(self) -> None:
        await database.read_clock()
        state = pool.state()
        assert state
        busy, begun = asyncio.Event(), asyncio.Semaphore(0)

        async def hold() -> None:
            async with database.transaction():
                begun.release()
                await busy.wait()

        holding = [asyncio.create_task(hold()) for _ in range(state.room + 2)]
        async with asyncio.timeout(20):
            for _ in range(state.room):
                await begun.acquire()
            while (found := pool.state()) and found.waiting < 2:
                await asyncio.sleep(0.01)
        assert found and (found.used, found.idle, found.waiting) == (state.room, 0, 2)
        busy.set()
        await asyncio.gather(*holding)


@on_postgres
async def test_the_database_is_away(served: Running, database_url: str) -> None:
    assert (await scraped.scrape(served))["sparekey_database_up"] == 1
    async with outage.away(database_url):
        found = await scraped.until(served, "sparekey_database_up", 0)
        assert found.values("sparekey_queue_tickets") == []
        assert found["process_resident_memory_bytes"] > 0
        assert found["sparekey_hashing_room"] == 64
    await scraped.until(served, "sparekey_database_up", 1)


@on_postgres
async def test_the_database_hangs(served: Running, database_url: str) -> None:
    locking = await asyncpg.connect(database_url)
    async with locking.transaction():
        await locking.execute("LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE")
        async with asyncio.timeout(20):
            looks = await asyncio.gather(*(scraped.scrape(served) for _ in range(3)))
        assert [one["sparekey_database_up"] for one in looks] == [0, 0, 0]
        assert await reading(database_url) <= 1, "nobody joins the one that waits"
    await locking.close()
    await scraped.until(served, "sparekey_database_up", 1)


async def reading(url: str) -> int:
    """How many connections wait with the statement of a look."""
    async with postgres.connected(url) as counting:
        return int(
            await counting.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock' AND query LIKE '%failing_since%'"
            )
        )


async def test_rounds_say_when_they_were_done(served: Running) -> None:
    done = "sparekey_round_last_success_timestamp_seconds"
    async with asyncio.timeout(10):
        while "audit" not in (found := await scraped.scrape(served)).labels(done, "round"):
            await asyncio.sleep(0.05)
    assert found.value(done, round="audit") == pytest.approx(time.now().timestamp(), abs=10)
