"""Alerts, dashboard and the page on metrics against what a served instance tells."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml  # type: ignore[import-untyped] # it has no types
from promql_parser import AggregateExpr, Matcher, MatchOp, VectorSelector

from models import clock as time
from models.reset.ticket import RecoveryTicket
from schema import masking
from schema.errors import PROBLEMS
from server.metrics import families
from tests.support import rows, scraped
from tests.support.hook import SECRET, listening
from tests.support.scraped import Scrape
from tests.support.served import running

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ALERTS = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())
SCRAPING = yaml.safe_load((DEPLOY / "prometheus/prometheus.yaml").read_text())
DASHBOARD = json.loads((DEPLOY / "grafana/sparekey.json").read_text())
DOCUMENTED = (ROOT / "docs/operations/metrics.md").read_text()
INCIDENTS = (ROOT / "docs/operations/incidents.md").read_text()
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
# By Prometheus itself, for each scrape.
OF_PROMETHEUS = {"up"}
ATTACHED = {"instance", "job", "le"}
PROBLEM_NAMES = {
    masking.UNAVAILABLE, masking.UNFIT, "INTERNAL",
    *(answer.error_type.__name__ for answer in PROBLEMS),
}  # fmt: skip
DURATION = re.compile(r"^\d+[smhd]$")


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
async def told(database_url: str, tmp_path: Path, secret_keys: str) -> Scrape:
    """What a server tells to which everything has happened."""
    async with listening() as hook:
        changes = {"WEBHOOK_URL": hook.url, "WEBHOOK_SECRET": SECRET, "WEBHOOK_INSIDE": "true"}
        async with running(database_url, tmp_path, secret_keys, **changes) as served:
            tickets = [await rows.ticket(served.policy, one) for one in await rows.accounts(2)]
            decided = {"state": "REJECTED", "decided_at": time.now(), "seconds_to_decision": 60.0}
            await RecoveryTicket.filter(id=tickets[0].id).update(**decided)
            await served.program().run("Viewer")
            return await scraped.until(served, "sparekey_webhook_failing_seconds", 0)


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"].replace("$__rate_interval", "5m")


def nodes(expression: str, kind: type[Any]) -> list[Any]:
    found: list[Any] = []

    def visit(node: promql_parser.Expr) -> bool:
        if isinstance(node, kind):
            found.append(node)
        return True

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found


def selectors(expression: str) -> list[VectorSelector]:
    # Those of a range are told within their range only.
    ranged = nodes(expression, promql_parser.MatrixSelector)
    return nodes(expression, VectorSelector) + [one.vector_selector for one in ranged]


def labels_of(told: Scrape, name: str) -> set[str]:
    return {
        label
        for family in told.families.values()
        for sample in family.samples
        if sample.name == name
        for label in sample.labels
    }


EXPRESSIONS = [*expressions()]


def test_there_is_what_is_asked_for() -> None:
    assert len(RULES) >= 12 and len(EXPRESSIONS) >= 40
    kept = {one.name for _, text in EXPRESSIONS for one in selectors(text)}
    assert len(kept) > 30, "selectors are found"


async def test_every_metric_that_is_used_exists_with_its_labels(told: Scrape) -> None:
    for title, text in EXPRESSIONS:
        for one in selectors(text):
            if one.name in OF_PROMETHEUS:
                continue
            assert one.name, f"{title}: every selector names its metric"
            assert told.values(one.name), f"{title}: {one.name} is not told"
            labels = labels_of(told, one.name) | ATTACHED
            used = {matcher.name for matcher in one.matchers.matchers}
            assert used <= labels, f"{title}: {one.name} has no {used - labels}"
            for matcher in one.matchers.matchers:
                assert matches(told, one.name, matcher), f"{title}: {matcher.value} is no value"
        grouped = [one.modifier.labels for one in nodes(text, AggregateExpr) if one.modifier]
        known = {label for one in selectors(text) for label in labels_of(told, one.name or "")}
        for labels in grouped:
            assert set(labels) <= known | ATTACHED, f"{title}: nothing has {labels}"


def matches(told: Scrape, name: str, matcher: Matcher) -> bool:
    """Whether a matcher can be met: each of its alternatives is a value that there is."""
    if matcher.name in ATTACHED or matcher.value.startswith("$"):
        return True
    known = told.labels(name, matcher.name)
    known |= PROBLEM_NAMES if matcher.name == "problem" else set()
    assert matcher.op in (MatchOp.Equal, MatchOp.Re), "others are not read here"
    return set(matcher.value.split("|")) <= known


def test_matchers_are_looked_at(told_nothing: Scrape) -> None:
    wrong = selectors('a_total{problem="CodeRejcted"}')[0].matchers.matchers[0]
    assert not matches(told_nothing, "a_total", wrong)


@pytest.fixture
def told_nothing() -> Scrape:
    return Scrape("", {})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_a_rule_is_whole(rule: dict[str, Any]) -> None:
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert DURATION.match(rule.get("for", "0s"))
    assert rule["annotations"]["summary"].endswith(".")
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert page == "docs/operations/incidents.md"
    assert anchor in anchors(INCIDENTS)


def anchors(page: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^##+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def test_names_of_rules_are_their_own() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)


def test_what_is_scraped() -> None:
    (job,) = SCRAPING["scrape_configs"]
    assert job["job_name"] == "sparekey", "the alert on a server that is down names it"
    assert job["authorization"]["credentials_file"]
    assert "metrics_path" not in job, "/metrics is what Prometheus asks by itself"
    assert SCRAPING["rule_files"] == ["alerts.yaml"]


def test_panels_do_not_lie_on_each_other() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y)
        for one in places
        for x in range(one["x"], one["x"] + one["w"])
        for y in range(one["y"], one["y"] + one["h"])
    ]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) == 23
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    shown = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
    assert all(panel["description"] and panel["targets"] for panel in shown)


async def test_every_metric_is_explained(told: Scrape) -> None:
    described = dict(re.findall(r"^\| `(\w+)` \| \w+ \| (.+?) \|", DOCUMENTED, re.MULTILINE))
    for family in told.families.values():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert family.documentation, f"{name} has no HELP"
        assert name in described, f"{name} is not in docs/operations/metrics.md"
    kept = {f"{one.name}{'_total' * (one.type == 'counter')}" for one in told.families.values()}
    assert set(described) == kept, "and nothing else is there"


async def test_labels_are_those_that_are_explained(told: Scrape) -> None:
    described = dict(re.findall(r"^\| `(\w+)` \| \w+ \| (.+?) \|", DOCUMENTED, re.MULTILINE))
    for one in (*families.OF_WORKERS, *families.OF_DATABASE):
        name = f"{one.name}_total" if one.kind == "counter" else one.name
        sampled = f"{name}_count" if one.kind == "histogram" else name
        assert set(re.findall(r"`(\w+)`", described[name])) == set(one.labels)
        mine = {families.WORKER} if one in families.OF_WORKERS else set()
        assert labels_of(told, sampled) == set(one.labels) | mine, name
