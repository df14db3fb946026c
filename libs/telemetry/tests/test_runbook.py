"""The operators' page says of every metric what its declaration says, and asks for no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactflow.telemetry.instruments import DECLARED, Metric
from contactflow.telemetry.metrics import EVENTS_SENT  # and with it, all of them

PAGE = Path(__file__).parents[3] / "docs" / "runbooks" / "observability.md"
UNITS = {"s": "_seconds"}
NAME = re.compile(r"\b(?:contactflow|http_server|db_client|gen_ai)_\w+")


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text()


def name(of: Metric) -> str:
    """As Prometheus has it."""
    total = "_total" if of.kind == "counter" else ""
    return of.name.replace(".", "_") + UNITS.get(of.unit, "") + total


def row(of: Metric) -> str:
    labels = ", ".join(f"`{one.replace('.', '_')}`" for one in of.labels)
    return f"| `{name(of)}` | {of.kind} | {labels} | {of.about} |"


def rows(page: str) -> Iterator[str]:
    """Of the table whose second column is a kind."""
    yield from (one for one in page.splitlines() if re.match(r"\| `\w+` \| \w+ \|", one))


def test_the_page_has_a_row_for_every_metric(page: str) -> None:
    assert EVENTS_SENT.name in DECLARED
    assert [*rows(page)] == [row(one) for one in DECLARED.values()]


def test_what_the_page_asks_for_is_told(page: str) -> None:
    told = {name(one) for one in DECLARED.values()}
    labels = {label.replace(".", "_") for one in DECLARED.values() for label in one.labels}
    histograms = {name(one) for one in DECLARED.values() if one.kind == "histogram"}
    parts = {f"{one}_{part}" for one in histograms for part in ("bucket", "count", "sum")}

    assert set(NAME.findall(page)) <= told | labels | parts
