"""Plain Starlette: reads a body of JSON, and answers JSON."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.benchmarks.yardsticks import listening


async def graphql(request: Request) -> Response:
    """What the smallest query is answered."""
    asked = await request.json()
    return JSONResponse({"data": {"__typename": "Query" if asked else ""}})


if __name__ == "__main__":
    app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])
    listening.serve(app, listening.arguments().parse_args())
