"""Files for browsers: those that may be kept for ever, and those to ask about each time."""

import re
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOREVER = "public, max-age=31536000, immutable"
# Best first: content coding, and the ending of the file that is packed so.
_PACKINGS = {"br": ".br", "gzip": ".gz"}
_CODING = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)


class Hashed(StaticFiles):
    """Files whose names change with their content; packed ones go to whoever unpacks them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._packed = {file.name for file in directory.iterdir() if _is_packed(file.name)}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, from the packed one beside it where there is one."""
        if _is_packed(path):
            raise HTTPException(404)
        coding = self._coding(path, Headers(scope=scope).get("accept-encoding", ""))
        response = await super().get_response(path + _PACKINGS.get(coding, ""), scope)
        if coding:
            response.headers["content-encoding"] = coding
        response.headers["vary"] = "accept-encoding"
        response.headers["cache-control"] = _FOREVER
        return response

    def _coding(self, path: str, header: str) -> str:
        taken = _codings(header)
        packings = (
            coding
            for coding, ending in _PACKINGS.items()
            if path + ending in self._packed and taken.get(coding, taken.get("*"))
        )
        return next(packings, "")


class Revalidated(StaticFiles):
    """Files that browsers keep, but ask about each time: they change with the version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, or that it is unchanged."""
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


def _is_packed(name: str) -> bool:
    return name.endswith(tuple(_PACKINGS.values()))


def _codings(header: str) -> dict[str, float]:
    """Accept-Encoding (RFC 9110 §12.5.3): each coding with its weight, 0 for never."""
    found = [_CODING.fullmatch(part) for part in header.split(",")]
    return {one[1].lower(): float(one[2] or 1) for one in found if one}
