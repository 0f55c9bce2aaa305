"""PostgreSQL databases that tests have done with, emptied for the next: a copy costs far more.

Only what stands in tables is put back. Where a test changed anything else, a table's form or who
may connect, its database is not used again.
"""

from typing import Any

import asyncpg

from tests.support import outage, postgres

_KEEP = """
CREATE SCHEMA kept;
CREATE TABLE kept.sequences AS
    SELECT format('public.%I', sequencename) AS name, start_value, last_value FROM pg_sequences;
DO $$
DECLARE one text; written boolean;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (TABLE public.%I)', one) INTO written;
        IF written THEN
            EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%1$I', one);
        END IF;
    END LOOP;
END $$;
"""

_END_OTHERS = f"SELECT pg_terminate_backend(pid, 5000) FROM ({outage.OTHERS}) AS others"  # noqa: S608

# A table that was written to has pages, even where nothing can be read in it any more.
_RENEW = """
DO $$
DECLARE one text;
BEGIN
    SELECT string_agg(oid::regclass::text, ', ') INTO one FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0;
    EXECUTE format('TRUNCATE %s CASCADE', one);
    FOR one IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'kept' AND tablename <> 'sequences' LOOP
        EXECUTE format('INSERT INTO public.%I TABLE kept.%1$I', one);
    END LOOP;
    PERFORM setval(name, coalesce(last_value, start_value), last_value IS NOT NULL)
        FROM kept.sequences;
    UPDATE travelled.ahead SET by = '0';
END $$;
"""

# Without what writing and emptying change: where a table lies, and how many pages it has. The
# number of rows is known only of a table that was analyzed, whose plans are others from then on.
_FORM = """
WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'travelled', 'kept')),
    tables AS (SELECT * FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours))
SELECT md5(string_agg(said, ' ' ORDER BY said)) FROM (
    SELECT concat_ws(' ', nspname, oid) AS said FROM pg_namespace
    UNION ALL SELECT concat_ws(' ', oid, relname, relkind, relowner, relacl, relhasrules,
        relrowsecurity, reloptions) FROM tables
    UNION ALL SELECT concat_ws(' ', oid, reltuples) FROM tables WHERE relkind = 'r'
    UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, atttypmod, attnotnull, attacl)
        FROM pg_attribute WHERE attrelid IN (SELECT oid FROM tables) AND attnum > 0
    UNION ALL SELECT c::text FROM pg_constraint AS c WHERE connamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT t::text FROM pg_trigger AS t
    UNION ALL SELECT p::text FROM pg_proc AS p WHERE pronamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws(' ', setrole, setconfig) FROM pg_db_role_setting AS s
        JOIN pg_database AS d ON d.oid = setdatabase WHERE datname = current_database()
    UNION ALL SELECT concat_ws(' ', datconnlimit, datacl) FROM pg_database
        WHERE datname = current_database()
) AS everything
"""

_idle: dict[str, list[str]] = {}
_forms: dict[str, str] = {}


async def prepare(template_url: str) -> None:
    """Let a template remember its rows, so that its copies can be renewed."""
    async with postgres.connected(template_url) as connection:
        await connection.execute(_KEEP)


async def take(server_url: str, template_url: str) -> str:
    """The URL of a database that is as the template is, for one test."""
    idle = _idle.setdefault(template_url, [])
    while idle:
        url = idle.pop()
        if await _is_renewed(url, _forms[template_url]):
            return url
        await postgres.drop(server_url, url)
    url = await postgres.create(server_url, postgres.name_of(template_url))
    if template_url not in _forms:
        async with postgres.connected(url) as connection:
            _forms[template_url] = await connection.fetchval(_FORM)
    return url


def give_back(template_url: str, url: str) -> None:
    """A test has done with the database that it took."""
    _idle[template_url].append(url)


async def forget(server_url: str, template_url: str) -> None:
    """Remove those that wait to be used again."""
    for url in _idle.pop(template_url, []):
        await postgres.drop(server_url, url)


async def _is_renewed(url: str, form: str) -> bool:
    try:
        async with postgres.connected(url) as connection:
            return await _renew(connection, form)
    except asyncpg.PostgresError:
        return False


async def _renew(connection: Any, form: str) -> bool:
    await connection.execute(_END_OTHERS)
    if await connection.fetchval(_FORM) != form:
        return False
    await connection.execute(_RENEW)
    return True
