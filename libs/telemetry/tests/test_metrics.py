"""What a metric says, what it never says, and who may ask."""

import socket
import subprocess
import sys
from urllib.request import urlopen

import pytest
from opentelemetry import metrics as opentelemetry
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from contactflow.telemetry import metrics
from contactflow.telemetry.fields import CONVENTIONS, FACTS, IDS, LABELS
from contactflow.telemetry.instruments import DECLARED, Counter
from contactflow.telemetry.metrics import measure_to, serving_metrics

CANARY = "+33612345678"
REGISTRY = CollectorRegistry()
COUNTING = """
from urllib.request import urlopen
from contactflow.telemetry import metrics
with metrics.serving_metrics("127.0.0.1", 0, service="crm", role="worker") as port:
    metrics.EVENTS_SENT.add(3)
    print(urlopen(f"http://127.0.0.1:{port}/metrics").read().decode())
"""


@pytest.fixture(scope="module", autouse=True)
def measured() -> None:
    measure_to(REGISTRY, service="crm", role="worker")


def told(name: str) -> list[Sample]:
    return [
        one for family in REGISTRY.collect() for one in family.samples if one.name.startswith(name)
    ]


def test_a_counter_says_what_it_declares_and_no_other_label() -> None:
    labels = {"group": "crm", "topic": "calls", "code": "bug"}
    metrics.DEAD_LETTERS.add(labels={**labels, "workspace_id": CANARY, "phone": CANARY})

    [said] = told("contactflow_dead_letters")
    assert (said.labels, said.value) == (labels, 1)


def test_a_histogram_drops_what_nobody_listed_too() -> None:
    metrics.JOB_DURATION.record(0.5, {"job": "email.send", "outcome": "done", "url": CANARY})

    said = told("contactflow_job_duration_seconds")
    assert {*said[0].labels} == {"job", "outcome", "le"}
    assert CANARY not in str(said)


@pytest.mark.parametrize("scope", ["somebody", "contactflow"])
def test_what_nobody_declared_leaves_no_process(scope: str) -> None:
    opentelemetry.get_meter(scope).create_counter("somebody.calls").add(1, {"to": CANARY})

    assert not told("somebody")


def test_what_others_measure_under_a_name_of_ours_is_dropped_quietly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    labels = {"gen_ai.token.type": "input"}
    theirs = opentelemetry.get_meter("somebody").create_histogram(
        metrics.MODEL_TOKENS.name, metrics.MODEL_TOKENS.unit
    )

    metrics.MODEL_TOKENS.record(3, labels)
    theirs.record(1000, labels)

    assert [one.value for one in told("gen_ai_client_token_usage_sum")] == [3]
    assert not caplog.records


def test_a_label_that_nobody_allowed_can_not_be_declared() -> None:
    with pytest.raises(ValueError, match="workspace_id"):
        Counter("contactflow.test", "1", "Nothing.", "workspace_id")


def test_a_name_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Counter(metrics.DEAD_LETTERS.name, "1", "Nothing.")


def test_labels_are_fields_that_logs_may_have_and_none_is_an_id() -> None:
    assert not LABELS & IDS
    ours = {one for one in LABELS if "." not in one}
    assert ours <= FACTS
    theirs = {one for one in LABELS - CONVENTIONS if "." in one}
    assert all(one.startswith(("db.client.connection.", "gen_ai.")) for one in theirs)


def test_every_metric_says_its_unit_and_what_it_is() -> None:
    assert all(one.unit and one.about.endswith(".") for one in DECLARED.values())
    ours = {one for one in DECLARED if one.startswith("contactflow.")}
    assert all(one.startswith(("http.", "db.", "gen_ai.")) for one in DECLARED.keys() - ours)


def test_a_gauge_that_is_forgotten_is_not_told() -> None:
    labels: dict[str, str | int] = {"group": "crm", "topic": "calls", "partition": 3}
    metrics.CONSUMER_LAG.set(7, labels)
    assert [one.value for one in told("contactflow_consumer_lag")] == [7]

    metrics.CONSUMER_LAG.forget(labels)

    assert not told("contactflow_consumer_lag")


def test_a_gauge_asks_whoever_it_follows_when_somebody_looks() -> None:
    held = [1, 2, 3]
    with metrics.PLACES_USED.follow(lambda: len(held)), metrics.PLACES_USED.follow(lambda: 1):
        held.pop()
        assert [one.value for one in told("contactflow_places_used")] == [3]

    assert not told("contactflow_places_used")


def test_a_tally_counts_what_is_there_now() -> None:
    with metrics.STREAMS_OPEN.one(), metrics.STREAMS_OPEN.one():
        assert [one.value for one in told("contactflow_streams_open")] == [2]

    assert [one.value for one in told("contactflow_streams_open")] == [0]


def test_prometheus_is_answered_on_a_port_of_its_own() -> None:
    with (
        serving_metrics("127.0.0.1", 0, service="crm", role="api") as port,
        urlopen(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        families = [*text_string_to_metric_families(answer.read().decode())]

    names = [one.name for one in families]
    assert "process_cpu_seconds" in names
    assert len(names) == len({*names})


def test_a_process_tells_there_what_it_counted_and_who_it_is() -> None:
    done = subprocess.run([sys.executable, "-c", COUNTING], check=True, capture_output=True)

    told = done.stdout.decode().splitlines()
    assert "contactflow_outbox_sent_total 3.0" in told
    [who] = [one for one in told if one.startswith("target_info{")]
    assert 'service_name="contactflow-crm"' in who
    assert 'service_role="worker"' in who


def test_without_a_port_nobody_is_answered() -> None:
    with serving_metrics("127.0.0.1", None, service="crm", role="api") as port:
        assert port == 0


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with (
            pytest.raises(OSError, match="in use"),
            serving_metrics("127.0.0.1", taken.getsockname()[1], service="crm", role="api"),
        ):
            pass
