"""Strawberry as it comes: its schema and its ASGI application, as its documentation begins."""

import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from tests.benchmarks.yardsticks import listening


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def hello(self) -> str:
        """A greeting."""
        return "hello"


if __name__ == "__main__":
    endpoint: GraphQL[None, None] = GraphQL(strawberry.Schema(Query))
    app = Starlette(routes=[Route("/graphql", endpoint)])
    listening.serve(app, listening.arguments().parse_args())
