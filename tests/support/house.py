"""A place to be served from, for the doctor to look at."""

from pathlib import Path

from server import doctor
from server.doctor import Finding
from server.settings import PREFIX, Settings
from tests.support import environment


class House:
    """Settings that are in order, until some are changed."""

    def __init__(self, database_url: str, folder: Path, secret_keys: str) -> None:
        self._given = (database_url, folder, "http://127.0.0.1:1", secret_keys)

    async def examined(self, host: str | None = None, **changes: str) -> dict[str, Finding]:
        """What the doctor finds, by what it looked at."""
        variables = environment.environment(*self._given) | changes
        named = {name.removeprefix(PREFIX).lower(): value for name, value in variables.items()}
        settings = Settings.model_validate(named)
        return {one.what: one async for one in doctor.examine(settings, host)}

    async def wrong(self, host: str | None = None, **changes: str) -> dict[str, str]:
        """What is wrong, by what it looked at."""
        found = await self.examined(host, **changes)
        return {what: one.text for what, one in found.items() if not one.ok}
