"""What a message of graphql-transport-ws has to look like before anybody reads it."""

from server.http import asking
from server.http.asking import Malformed

# It comes back with every message.
_ID_CHARACTERS = 128
_WITHOUT_ID = frozenset({"connection_init", "ping", "pong"})
_OBJECT_OR_NULL = (dict, type(None))


def fault(message: object) -> str | None:
    """What is wrong with it; None where nothing is."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "A message is an object with a type"
    if message["type"] in _WITHOUT_ID:
        is_well = isinstance(message.get("payload"), _OBJECT_OR_NULL)
        return None if is_well else "payload is an object"
    id = message.get("id")
    if not (isinstance(id, str) and 0 < len(id) <= _ID_CHARACTERS):
        return f"An operation has an id that is a string of {_ID_CHARACTERS} characters at most"
    if message["type"] != "subscribe":
        return None
    try:
        asking.read(message.get("payload"))
    except Malformed as malformed:
        return malformed.reason
    return None
