"""`python -m tests.support.mail_pictures FOLDER`: every mail as a picture, to be looked at.

Each kind in each language, light and dark, drawn by the Chromium that SPAREKEY_TEST_CHROMIUM
names; beside them a sheet of all for each language and light.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

from PIL import Image, ImageChops

from models.calendar import WorkingCalendar
from models.keys.keyring import Keyring
from models.mail import Kind
from models.policy import Policy
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from server.mail import letters
from tests.support.letters import letter

CHROMIUM = "SPAREKEY_TEST_CHROMIUM"
WIDTH, HEIGHT = 640, 1100
MARGIN = 16
LIGHTS = {"light": "1", "dark": "0"}
VARIANTS: dict[str, tuple[Kind, dict[str, str]]] = {
    **{kind.lower(): (kind, {}) for kind in Kind},
    "reset_requested_stolen": (Kind.RESET_REQUESTED, {"reason": "PHONE_STOLEN"}),
    "reset_cancelled_by_link": (Kind.RESET_CANCELLED, {"by": "MAIL_LINK"}),
    "reset_approved_by_command": (Kind.RESET_APPROVED, {"reference": ""}),
}


def draw_all(folder: Path) -> None:
    """Write the pictures and the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(folder / f"{n}.png", html, light) for n, html, light in _pages(_policy())]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        list(threads.map(_draw, *zip(*jobs, strict=True)))
    for language in letters.LANGUAGES:
        for light in LIGHTS:
            _sheet(folder, f"{language}-{light}")


def _pages(policy: Policy) -> Iterator[tuple[str, str, str]]:
    for language in letters.LANGUAGES:
        for name, (kind, changes) in VARIANTS.items():
            told = letter(policy, kind, language, **changes)
            html = _html(letters.compose(policy, None, told))
            yield from ((f"{language}-{light}-{name}", html, light) for light in LIGHTS)


def _html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part
    return str(part.get_content())


def _draw(target: Path, html: str, light: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "mail.html"
        page.write_text(html, "utf-8")
        command = [
            os.environ[CHROMIUM],
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
            f"--blink-settings=preferredColorScheme={LIGHTS[light]}",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--screenshot={target}",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    _trim(target)


def _trim(path: Path) -> None:
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    box = ImageChops.difference(picture, ground).getbbox()
    picture.crop((0, 0, WIDTH, box[3] + MARGIN if box else HEIGHT)).save(path)


def _sheet(folder: Path, name: str) -> None:
    pictures = [Image.open(path) for path in sorted(folder.glob(f"{name}-*.png"))]
    columns = 5
    tallest = max(picture.height for picture in pictures)
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (WIDTH * columns, tallest * rows), "grey")
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (number % columns * WIDTH, number // columns * tallest))
    sheet.save(folder / f"sheet-{name}.png")


def _policy() -> Policy:
    return Policy(
        keyring=Keyring.parse(Keyring.generate_text()),
        passwords=Passwords(memory_kib=64, time_cost=1),
        calendar=WorkingCalendar("Europe/Berlin", "DE"),
        network=NetworkLimits(),
        issuer="Nordluft Cloud",
        public_url="https://access.nordluft.example",
    )


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]))
