"""Hears every secret that passes between clients and the server, and finds them elsewhere."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx

from tests.support.client import Client
from tests.support.mailbox import Letter

_SAID = {
    *("password", "currentPassword", "newPassword", "code", "releaseCode"),
    *("token", "receipt", "challenge", "manualKey"),
}
_LINK_TOKEN = re.compile(r"/[a-z-]+#([\w\-.~]+)")


class Ear:
    """Listens to clients; `heard` maps each secret to where it was heard first."""

    def __init__(self) -> None:
        self.heard: dict[str, str] = {}

    def listen(self, client: Client) -> Client:
        """Hear all that this client says and is told from now on."""
        client.http.event_hooks = {"request": [self._asked], "response": [self._answered]}
        return client

    def read(self, letters: list[Letter]) -> None:
        """Read the mails, too."""
        for letter in letters:
            for token in _LINK_TOKEN.findall(letter.text):
                self._keep("a mailed link", token)
            if "release code" in letter.text:
                self._keep("a mailed release code", letter.release_code)

    def found_in(self, text: str) -> set[str]:
        """Which of the secrets stand in a text, by where they were heard."""
        return {where for secret, where in self.heard.items() if _stands(secret, text)}

    async def _asked(self, request: httpx.Request) -> None:
        if request.content:
            self._note(json.loads(request.content).get("variables"))

    async def _answered(self, response: httpx.Response) -> None:
        self._note(json.loads(await response.aread()))
        for name, value in response.cookies.items():
            self._keep(f"the cookie {name}", value)

    def _note(self, said: Any) -> None:
        for name, value in _strings(said):
            if name in _SAID:
                self._keep(name, value.replace(" ", "") if name == "manualKey" else value)

    def _keep(self, where: str, secret: str) -> None:
        if len(secret) >= 6:
            self.heard.setdefault(secret, where)
            # As it would be kept by somebody who leaves out the groups.
            self.heard.setdefault(secret.replace("-", ""), where)


def _stands(secret: str, text: str) -> bool:
    # Six digits of a moment, or of an id, are no code.
    alone = rf"(?<![0-9A-Za-z.]){re.escape(secret)}(?![0-9A-Za-z])"
    return bool(re.search(alone, text)) if secret.isdigit() else secret in text


def _strings(said: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(said, dict):
        for key, value in said.items():
            yield from _strings(value, key)
    elif isinstance(said, list):
        for value in said:
            yield from _strings(value, name)
    elif isinstance(said, str):
        yield name, said
