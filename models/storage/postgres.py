"""PostgreSQL as Sparekey needs it: an engine module for Tortoise.

asyncpg's pool sends a query each time that a connection comes back, to undo what a session may
have set, listened to or locked. Nothing here leaves such a thing behind: what is set, is set for a
transaction, and the doorbell listens on a connection of its own. A transaction that was left open
is still rolled back.
"""

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection that goes back as it is."""

    def get_reset_query(self) -> str:
        """Nothing to be undone."""
        return ""


class Client(AsyncpgDBClient):
    """The pool of such connections."""

    connection_class = Connection


client_class = Client
