"""Plain Starlette with the statements of our sign-in: JSON in and out, no GraphQL, no ORM.

The same checks of the code and the same signature of the audit entry; passwords are
compared as they are. It knows the way that goes well, and no limits or refusals.
"""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models import tokens
from models.keys.keyring import Keyring
from models.second_factor import totp
from models.signing_in import challenge, throttle
from tests.benchmarks import compared
from tests.benchmarks.yardsticks import listening, sign_in_statements
from tests.benchmarks.yardsticks.sign_in_statements import Asked, Database, Row, Run, Sqlite

_SESSION = timedelta(days=30)


class SignIn:
    """The three routes."""

    database: Database
    asked: Asked

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.url = url
        self.keyring = keyring

    @asynccontextmanager
    async def running(self, app: Starlette) -> AsyncIterator[None]:
        """While it serves."""
        async with sign_in_statements.opened(self.url) as (self.database, self.asked):
            yield

    async def login(self, request: Request) -> Response:
        """E-mail and password for a challenge."""
        given, now = await request.json(), datetime.now(UTC)
        address = given["email"].lower()
        key = f"password:{self.keyring.mac('throttle', address)}"
        entry, until = _entry(now), self._at(now + throttle.PASSWORDS[-1].within)
        row = await self._account(key, address, self._at(now), entry, until)
        assert row["a_password_hash"] == compared.kept(given["password"])
        token = tokens.new_token()
        await self.database.row(
            self.asked.open_challenge, key, entry, self._new_id(), tokens.token_hash(token),
            row["a_id"], row["a_security_version"], "BEARER", "CODE", challenge.ATTEMPTS, False,
            self._at(now + challenge.LIFETIME),
        )  # fmt: skip
        return JSONResponse({"challenge": token})

    async def verify(self, request: Request) -> Response:
        """A challenge and a code for a session."""
        given, now, database = await request.json(), datetime.now(UTC), self.database
        wanted = (tokens.token_hash(given["challenge"]), self._at(now), "")
        token = tokens.new_token()
        if isinstance(database, Sqlite):
            # Ours reads, compares and writes in one transaction there, and pays nothing before.
            def judge(run: Run) -> None:
                row = run(self.asked.challenge, *wanted)
                run(self.asked.accept, *self._accepted(row, given["code"], token, now, ""))

            await database.visit(judge)
        else:
            entry, until = _entry(now), now + throttle.CODES[-1].within
            row = await database.row(self.asked.challenge, *wanted, entry, until)
            assert row["attempts_left"] is not None
            values = self._accepted(row, given["code"], token, now, entry)
            await database.row(self.asked.accept, *values)
        return JSONResponse({"token": token})

    async def viewer(self, request: Request) -> Response:
        """Who has this session."""
        token = request.headers["authorization"].removeprefix("Bearer ")
        hashed, now = tokens.token_hash(token), self._at(datetime.now(UTC))
        row = await self.database.row(self.asked.session, hashed, now)
        return JSONResponse({"email": row["a_email"]})

    async def _account(self, key: str, address: str, at: object, entry: str, until: object) -> Row:
        database, price = self.database, (key, entry, until, "")
        if isinstance(database, Sqlite):
            # As ours: read, then paid, in one go.
            def read(run: Run) -> Row:
                row = run(self.asked.account, key, address, at)
                run(self.asked.pay_login, *price)
                return row

            return await database.visit(read, whole=False)
        row = await database.row(self.asked.account, key, address, at, *price)
        assert row["paid"]
        return row

    def _accepted(self, row: Row, code: str, token: str, now: datetime, entry: str) -> list[Any]:
        account, at = row["a_id"], self._at(now)
        secret = self.keyring.decrypt(row["f_secret"], f"authenticator:{account}")
        found = totp.match(secret, code, now, row["f_last_step"])
        assert isinstance(found, totp.Accepted)
        values = [account, row["s_id"], at, "en", found.step, row["a_security_version"]]
        values += [row["account_row"], f"code:{account}", entry]
        values += [self._new_id(), tokens.token_hash(token), account, "BEARER", at, at]
        values += [self._at(now + _SESSION), at, None, "127.0.0.1"]
        return values + self._audit(account, now)

    def _audit(self, account: UUID | str, now: datetime) -> list[Any]:
        uid, action = self._new_id(), "account:session:opened"
        key = account if isinstance(account, UUID) else UUID(account)
        named = hashlib.sha256(key.bytes).hexdigest()[:24]
        named = f"{named}.{named}."
        content = json.dumps([str(uid), now.isoformat(), action, named, None])
        mark = self.keyring.sign("audit-entry", content)
        return [uid, self._at(now), action, account, account, None, named, None, mark]

    def _at(self, at: datetime) -> object:
        return at.isoformat(" ") if isinstance(self.database, Sqlite) else at

    def _new_id(self) -> object:
        return str(uuid4()) if isinstance(self.database, Sqlite) else uuid4()


def _entry(now: datetime) -> str:
    return f"{round(now.timestamp() * 1000)}-{secrets.token_hex(4)};"


def main() -> None:
    """The command."""
    parser = listening.arguments()
    parser.add_argument("--database", required=True)
    parser.add_argument("--keys", required=True)
    given = parser.parse_args()
    made = SignIn(given.database, Keyring.parse(given.keys))
    routes = [
        Route("/login", made.login, methods=["POST"]),
        Route("/verify", made.verify, methods=["POST"]),
        Route("/viewer", made.viewer),
    ]
    listening.serve(Starlette(routes=routes, lifespan=made.running), given)


if __name__ == "__main__":
    main()
