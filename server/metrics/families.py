"""Every metric there is: its name, what it says, and its labels.

Each worker of a server has the first ones for itself, told apart by the label `worker`; the others
are of the database, and the same whoever is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from prometheus_client import Metric

from models.tally import Durations

WORKER = "worker"
Values = Iterable[tuple[tuple[str, ...], float]]


@dataclass(frozen=True)
class Family:
    """One metric. A counter's name is without `_total`."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()

    def of(self, *values: float | None) -> Metric:
        """The metric of one value, or of none where that is not known."""
        return self.by(((), value) for value in values if value is not None)

    def by(self, values: Values) -> Metric:
        """The metric of a value for each list of labels' values."""
        metric = Metric(self.name, self.help, self.kind)
        name = f"{self.name}_total" if self.kind == "counter" else self.name
        for given, value in values:
            metric.add_sample(name, self._labels(given), value)
        return metric

    def spread(self, values: Iterable[tuple[tuple[str, ...], Durations]]) -> Metric:
        """The metric of a histogram for each list of labels' values."""
        metric = Metric(self.name, self.help, self.kind)
        for given, durations in values:
            labels, upto = self._labels(given), durations.upto()
            for bound, count in upto:
                bucket = {**labels, "le": _spoken(bound)}
                metric.add_sample(f"{self.name}_bucket", bucket, count)
            metric.add_sample(f"{self.name}_count", labels, upto[-1][1])
            metric.add_sample(f"{self.name}_sum", labels, durations.seconds)
        return metric

    def _labels(self, given: tuple[str, ...]) -> dict[str, str]:
        return dict(zip(self.labels, given, strict=True))


def counted(counts: Mapping[str, int], beginning: Iterable[str]) -> Values:
    """Counts by one label; those that are to be seen before anything happened begin at nothing."""
    found = dict.fromkeys(beginning, 0) | {**counts}
    return (((name,), count) for name, count in found.items())


BUILD = Family("sparekey_build_info", "gauge", "1, for the version that runs.", ("version",))
OPERATIONS = Family(
    "sparekey_operation_seconds",
    "histogram",
    "Time to answer an operation of the contract, from its arrival to its answer.",
    ("operation",),
)
PROBLEMS = Family(
    "sparekey_problems",
    "counter",
    "Problems told: members of results by their type, errors by their code (INTERNAL is a crash, "
    "UNAVAILABLE a database that is away).",
    ("operation", "problem"),
)
RESPONSES = Family(
    "sparekey_http_responses", "counter", "Requests answered, by HTTP status.", ("status",)
)
SOCKETS = Family("sparekey_sockets", "gauge", "Open WebSockets.")
STREAMS = Family("sparekey_streams", "gauge", "Open streams of server-sent events.")
SUBSCRIPTIONS = Family(
    "sparekey_subscriptions", "gauge", "Open subscriptions over WebSocket.", ("kind",)
)
HASHING = Family(
    "sparekey_hashing_seconds", "histogram", "Time to hash or compare a password, waiting included."
)
HASHING_RUNNING = Family("sparekey_hashing_running", "gauge", "Passwords that are being hashed.")
HASHING_WAITING = Family("sparekey_hashing_waiting", "gauge", "Passwords that wait to be hashed.")
HASHING_ROOM = Family(
    "sparekey_hashing_room", "gauge", "How many may wait and run together (SPAREKEY_HASH_QUEUE)."
)
HASHING_REFUSED = Family(
    "sparekey_hashing_refused", "counter", "Passwords refused because too many were waiting."
)
LAG = Family(
    "sparekey_doorbell_lag_seconds",
    "histogram",
    "Time from a change of the queue until this process hands it to those who watch.",
)
POSITION = Family(
    "sparekey_stream_position", "gauge", "Number of the last event that this process handed out."
)
CONNECTIONS = Family(
    "sparekey_database_connections", "gauge", "Connections to the database.", ("state",)
)
CONNECTIONS_ROOM = Family(
    "sparekey_database_connections_room", "gauge", "How many connections there may be at most."
)
CONNECTIONS_WAITING = Family(
    "sparekey_database_connections_waiting", "gauge", "Tasks that wait for a free connection."
)
DEGRADED = Family(
    "sparekey_limits_degraded",
    "gauge",
    "1 while limits per network address are counted by this process alone.",
)
ROUNDS = Family(
    "sparekey_round_last_success_timestamp_seconds",
    "gauge",
    "When work beside the requests was last done without fault, in Unix time.",
    ("round",),
)
MAILS = Family("sparekey_mails", "counter", "Tries to deliver a mail, by what came of it.",
               ("result",))  # fmt: skip
WEBHOOKS = Family("sparekey_webhooks", "counter", "Tries to tell a webhook, by what came of it.",
                  ("result",))  # fmt: skip
OF_WORKERS = (
    BUILD, OPERATIONS, PROBLEMS, RESPONSES, SOCKETS, STREAMS, SUBSCRIPTIONS, HASHING,
    HASHING_RUNNING, HASHING_WAITING, HASHING_ROOM, HASHING_REFUSED, LAG, POSITION, CONNECTIONS,
    CONNECTIONS_ROOM, CONNECTIONS_WAITING, DEGRADED, ROUNDS, MAILS, WEBHOOKS,
)  # fmt: skip

DATABASE_UP = Family("sparekey_database_up", "gauge", "1 if the database answered in time, else 0.")
TICKETS = Family("sparekey_queue_tickets", "gauge", "Open tickets, by state.", ("state",))
OVERDUE = Family("sparekey_queue_overdue", "gauge", "Open tickets past their due time.")
OLDEST = Family("sparekey_queue_oldest_seconds", "gauge", "Age of the oldest open ticket.")
NEXT_DUE = Family(
    "sparekey_queue_next_due_seconds",
    "gauge",
    "Time until the first open ticket is due, negative when it is late; absent without one.",
)
DECISION = Family(
    "sparekey_decision_seconds_median",
    "gauge",
    "Median time from request to decision over 30 days; absent without one.",
)
HEAD = Family("sparekey_stream_head", "gauge", "Number of the last event of the queue.")
MAILS_WAITING = Family("sparekey_mails_waiting", "gauge", "Mails that are still to be delivered.")
MAILS_GIVEN_UP = Family(
    "sparekey_mails_given_up", "gauge", "Mails that were given up, their content still kept."
)
MAILS_OLDEST = Family("sparekey_mails_oldest_seconds", "gauge", "Age of the oldest waiting mail.")
SEALED = Family("sparekey_audit_sealed", "gauge", "Number of the last sealed audit entry.")
UNSEALED = Family("sparekey_audit_unsealed", "gauge", "Audit entries that are not sealed yet.")
UNSEALED_OLDEST = Family(
    "sparekey_audit_unsealed_oldest_seconds", "gauge", "Age of the oldest of these."
)
WEBHOOK_WAITING = Family(
    "sparekey_webhook_waiting", "gauge", "Events that the webhook is still to be told."
)
WEBHOOK_FAILING = Family(
    "sparekey_webhook_failing_seconds", "gauge", "How long the webhook has been failing."
)
OF_DATABASE = (
    DATABASE_UP, TICKETS, OVERDUE, OLDEST, NEXT_DUE, DECISION, HEAD, MAILS_WAITING, MAILS_GIVEN_UP,
    MAILS_OLDEST, SEALED, UNSEALED, UNSEALED_OLDEST, WEBHOOK_WAITING, WEBHOOK_FAILING,
)  # fmt: skip


def _spoken(bound: float) -> str:
    return "+Inf" if bound == float("inf") else str(bound)
