"""Years of a queue, made by the database itself."""

from models.storage import database
from models.stream import feed
from models.stream.feed import QueueCounter

_YEARS_IN_SECONDS = 3 * 365 * 86_400
_DIALECTS = {
    "sqlite": {
        "series": "(WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
        "WHERE i + 1 < {count}) SELECT i FROM n) AS n",
        "hash": "printf('%08x', (i * 2654435761) % 4294967296)",
        "id": "printf('%08x-0000-4000-8000-%012x', (i * 2654435761) % 4294967296, i)",
        # Rows of our own making need no check, and a file that is thrown away no safety.
        "script": "PRAGMA cache_size = -400000; PRAGMA foreign_keys = OFF; "
        "PRAGMA synchronous = OFF; {0}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; "
        "PRAGMA cache_size = -2000",
        "indexes": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND tbl_name IN ({0})",
        "ago": "strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now', printf('%+f seconds', -({0})))",
    },
    "postgres": {
        "series": "generate_series(0, {count} - 1) AS n (i)",
        "hash": "lpad(to_hex((i::bigint * 2654435761) % 4294967296), 8, '0')",
        "id": "(lpad(to_hex((i::bigint * 2654435761) % 4294967296), 8, '0') "
        "|| '-0000-4000-8000-' || lpad(to_hex(i), 12, '0'))::uuid",
        "script": "BEGIN; SET LOCAL session_replication_role = replica; "
        "SET LOCAL maintenance_work_mem = '512MB'; {0}; COMMIT",
        "indexes": "SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE tablename IN "
        "({0}) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)",
        "ago": "now() - make_interval(secs => {0})",
    },
}
_TABLES = "'account', 'recovery_ticket', 'queue_event'"
_ACCOUNTS = """
INSERT INTO account (id, email, email_key, password_hash, role, locale, first_sign_in,
    security_version, registered_at)
SELECT {id}, {email}, {email}, '-', 'CUSTOMER', 'en', {no}, 1, {submitted} FROM {series} ORDER BY 1
"""
_TICKETS = """
INSERT INTO recovery_ticket (id, reference, account_id, email_key, state, reason, submitted_at,
    due_at, claimed_by_id, claim_expires_at, decided_at, seconds_to_decision)
SELECT {id}, 'R-' || upper(substr({hash}, 1, 4)) || '-' || upper(substr({hash}, 5, 4)), {id},
    {email}, {state}, 'PHONE_LOST', {submitted}, {due},
    CASE WHEN {is_claimed} THEN {id} END, CASE WHEN {is_claimed} THEN {tomorrow} END,
    CASE WHEN {is_open} THEN NULL ELSE {decided} END,
    CASE WHEN {is_open} THEN NULL ELSE 3600 + (i % 36000) END
FROM {series} ORDER BY 1
"""
_EVENTS = """
INSERT INTO queue_event (number, kind, at, ticket_id, lapsed)
SELECT i + 1, 'SUBMITTED', {submitted}, {id}, {no} FROM {series}
UNION ALL
SELECT {count} + i + 1, {state}, {decided}, {id}, {no} FROM {series} WHERE NOT {is_open}
"""


async def fill(past: int, still_open: int) -> None:
    """So many accounts with a ticket each, the newest ones open and 1 % of these claimed."""
    count = past + still_open
    words = _words(past, count)
    indexes = await _indexes()
    # Made at once in the end, they cost a fraction of what they cost row by row.
    await _run(*(f"DROP INDEX {name}" for name in indexes))
    for statement in (_ACCOUNTS, _TICKETS, _EVENTS):
        await _run(statement.format(**words))
    await _run(*indexes.values())
    if database.dialect() == "postgres":
        await database.connection().execute_script("VACUUM ANALYZE")
    await QueueCounter.all().delete()
    await feed.open_stream()
    await QueueCounter.all().update(number=count + past)


async def _indexes() -> dict[str, str]:
    query = _DIALECTS[database.dialect()]["indexes"].format(_TABLES)
    rows = await database.connection().execute_query_dict(query)
    return {row["name"]: row["sql"] for row in rows}


async def _run(*statements: str) -> None:
    script = _DIALECTS[database.dialect()]["script"].format("; ".join(statements))
    await database.connection().execute_script(script)


def _words(past: int, count: int) -> dict[str, object]:
    words = dict(_DIALECTS[database.dialect()])
    step = _YEARS_IN_SECONDS / count
    ago = words.pop("ago")
    is_open = f"(i >= {past})"
    is_claimed = f"({is_open} AND i % 100 = 0)"
    decided = "CASE i % 3 WHEN 0 THEN 'REJECTED' WHEN 1 THEN 'CANCELLED' ELSE 'APPROVED' END"
    return words | {
        "series": words["series"].format(count=count),
        "count": count,
        "no": "false",
        "is_open": is_open,
        "is_claimed": is_claimed,
        "state": f"CASE WHEN {is_claimed} THEN 'CLAIMED' WHEN {is_open} THEN 'WAITING' "
        f"ELSE {decided} END",
        "email": f"CASE WHEN i < {count // 2} THEN 'a' ELSE 'c' END || i || '@example.com'",
        "submitted": ago.format(f"({count} - i) * {step}"),
        "decided": ago.format(f"({count} - i) * {step} - 3600"),
        "due": ago.format(f"({count} - i) * {step} - 86400"),
        "tomorrow": ago.format("-86400"),
    }
