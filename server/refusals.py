"""Requests that get no further: answered in GraphQL's own form, whoever refuses them."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


def refusal(
    status: int, message: str, headers: dict[str, str] | None = None, **extensions: str
) -> Response:
    """`{"errors": [{"message": …}]}` with an HTTP status."""
    error: dict[str, object] = {"message": message}
    if extensions:
        error["extensions"] = extensions
    return JSONResponse({"errors": [error]}, status_code=status, headers=headers)


async def answer(request: Request, error: Exception) -> Response:
    """Starlette's handler for what the routes refuse: 404 and 405."""
    assert isinstance(error, HTTPException)  # noqa: S101 # registered for nothing else
    return refusal(error.status_code, error.detail, dict(error.headers or {}))
