"""The proxy's configuration, which nginx judges itself where it is installed.

That it does its duties is held by tests/server/test_rolling.py.
"""

import re
import shutil
from pathlib import Path

from tests.support import front
from tests.support.doing import ROOT, run

DEPLOY = ROOT / "deploy"


def test_takes_the_files_as_they_are(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx" / "sparekey.conf").read_text()
    (tmp_path / "upstream.conf").write_text((DEPLOY / "nginx" / "upstream.conf").read_text())
    shutil.copytree(DEPLOY / "compose", tmp_path / "compose")
    run("sh", str(tmp_path / "compose" / "prepare.sh"))
    site = text.replace("/etc/ssl/sparekey", str(tmp_path / "compose" / "certificates"))
    (tmp_path / "sparekey.conf").write_text(site)
    main = front.main(tmp_path)
    said = run(front.NGINX, "-t", "-p", str(tmp_path), "-c", str(main)) if front.NGINX else ""
    assert "warn" not in said
    assert text.count("{") == text.count("}")


def test_nothing_that_may_have_been_done_is_sent_again() -> None:
    text = (DEPLOY / "nginx" / "sparekey.conf").read_text()
    (tried,) = re.findall(r"^\s*proxy_next_upstream +(.+);$", text, re.M)
    assert tried.split() == ["error", "timeout"]


def test_metrics_and_probes_stay_inside() -> None:
    text = (DEPLOY / "nginx" / "sparekey.conf").read_text()
    for path in ("/metrics", "/readyz"):
        assert re.search(rf"location = {path} \{{\s+return 404;", text)
