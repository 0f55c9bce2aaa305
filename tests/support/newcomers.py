"""Files of people from another system."""

import json
from pathlib import Path
from typing import Any

import bcrypt

PASSWORD = "seven quiet turbines"
HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def person(email: str = "ada@example.com", **fields: Any) -> dict[str, Any]:
    """A line of JSON lines, before it is written."""
    return {"email": email, "passwordHash": HASH} | fields


def people(count: int) -> list[dict[str, Any]]:
    """So many lines, each with a unit, every other with a secret."""
    return [
        person(
            f"person.{number}@example.com",
            devices=[{"serialNumber": f"AHU-{number}"}],
            totpSecret=SECRET if number % 2 else None,
        )
        for number in range(count)
    ]


def write(path: Path, *lines: dict[str, Any] | str) -> str:
    """Write a file of JSON lines; returns its path as it is typed."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n")
    return str(path)
