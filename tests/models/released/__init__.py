"""What databases held at each state that a release could have been at, as statements of that time.

`0001_first.sql` is a whole small house; each later file is what its release wrote beside or
otherwise. A database of a state is made of that state's migrations, and of all files up to it.
`known.json` has what people and phones know. `python -m tests.models.released` wrote the first.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
STATES = sorted(file.stem for file in (Path(__file__).parents[3] / "models/migrations").glob("0*"))
KNOWN: dict[str, Any] = json.loads((_FOLDER / "known.json").read_text("utf-8"))
AT = datetime.fromisoformat(KNOWN["at"])
"""When all this was written."""


def statements(state: str) -> list[str]:
    """What fills a database of that state, one statement a line."""
    files = [_FOLDER / f"{one}.sql" for one in STATES if one <= state]
    lines = [line for file in files if file.exists() for line in file.read_text().splitlines()]
    return [line for line in lines if line and not line.startswith("--")]
