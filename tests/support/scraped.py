"""`/metrics` as Prometheus would take it in, for tests that look at numbers."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.support.client import TRUST


class Place(Protocol):
    """What is scraped."""

    url: str


@dataclass(frozen=True)
class Scrape:
    """One look; `text` as it came."""

    text: str
    families: dict[str, Metric]

    def __getitem__(self, name: str) -> float:
        """The value of a metric, of all its labels and workers together."""
        return self.value(name)

    def value(self, name: str, **labels: str) -> float:
        """The same of those that have these labels. Fails where there is none."""
        found = self.values(name, **labels)
        assert found, f"Nothing is told of {name} {labels}."
        return sum(found)

    def values(self, name: str, **labels: str) -> list[float]:
        """Each of them."""
        return [
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]

    def labels(self, name: str, label: str) -> set[str]:
        """The values of a label."""
        return {
            sample.labels[label]
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name
        }


async def scrape(place: Place, token: str = "") -> Scrape:
    """Look, over a connection of its own."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(
        base_url=place.url, trust_env=False, verify=TRUST, timeout=30
    ) as http:
        response = await http.get("/metrics", headers=headers)
    assert response.status_code == 200, f"{response.status_code} {response.text}"
    read = text_string_to_metric_families(response.text)
    return Scrape(response.text, {family.name: family for family in read})


async def until(place: Place, name: str, value: float, **labels: str) -> Scrape:
    """Look again and again until a metric has this value, for 10 s."""
    async with asyncio.timeout(10):
        while True:
            found = await scrape(place)
            # Some are not there at first.
            if (there := found.values(name, **labels)) and sum(there) == value:
                return found
            await asyncio.sleep(0.05)
