"""Metrics: every one that a process has, and the port where Prometheus reads them.

Names and labels are OpenTelemetry's where its semantic conventions have one (1.44: http, db,
gen_ai), else ours. None says whose: no workspace, no person, no id is a label.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import metrics
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.view import DropAggregation, View
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, start_http_server

from contactflow.telemetry.instruments import DECLARED, SCOPE, Counter, Gauge, Histogram, Tally

FAST: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
SLOW: Final = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96)
TOKENS: Final = (1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0)

# HTTP.
REQUEST_DURATION = Histogram(
    "http.server.request.duration",
    "s",
    "How long requests took, to their end; event streams are not among them. What the gateway"
    " passes on has the path's beginning for a route.",
    "http.request.method",
    "http.route",
    "http.response.status_code",
    bounds=FAST,
)
REQUESTS_ACTIVE = Tally(
    "http.server.active_requests",
    "{request}",
    "Requests under way, event streams among them.",
    "http.request.method",
)
REFUSED = Counter(
    "contactflow.requests.refused",
    "{request}",
    "Requests answered with 401 or 403, by the code that the caller was told.",
    "http.response.status_code",
    "code",
)
BAD_SIGNATURES = Counter(
    "contactflow.webhooks.bad_signature",
    "{request}",
    "Webhooks and media sockets not signed by the carrier whose they claim to be, by its kind.",
    "kind",
)
LIMITED = Counter(
    "contactflow.requests.limited",
    "{request}",
    "Requests answered with 429, by the code that the caller was told.",
    "code",
)
CALLS_SPARED = Counter(
    "contactflow.calls.spared",
    "{call}",
    "Calls to another service, the audience, that a circuit breaker did not let through: five in a"
    " row had just failed. Whoever asked is told 503, or waits.",
    "audience",
)
STREAMS_OPEN = Tally(
    "contactflow.streams.open",
    "{stream}",
    "Event streams of visitors that are open in this process.",
)

# Databases.
POOL_CONNECTIONS = Gauge(
    "db.client.connection.count",
    "{connection}",
    "Connections of this process to PostgreSQL, by role (app, system) and state (used, idle).",
    "db.client.connection.pool.name",
    "db.client.connection.state",
)
POOL_MAX = Gauge(
    "db.client.connection.max",
    "{connection}",
    "How many connections this process may have, by role.",
    "db.client.connection.pool.name",
)
POOL_TIMEOUTS = Counter(
    "db.client.connection.timeouts",
    "{timeout}",
    "Times that nobody gave a connection back in time: the caller was told 503.",
)

# Events on their way.
OUTBOX_WAITING = Gauge(
    "contactflow.outbox.waiting",
    "{event}",
    "Committed events that Kafka does not have yet; at most 10,000 are counted.",
)
OUTBOX_LAG = Gauge(
    "contactflow.outbox.lag",
    "s",
    "Age of the oldest committed event that Kafka does not have yet; 0 without one.",
)
OUTBOX_HORIZON_AGE = Gauge(
    "contactflow.outbox.horizon.age",
    "s",
    "Age of the oldest committed event that an open transaction holds back; 0 without one.",
)
EVENTS_SENT = Counter(
    "contactflow.outbox.sent", "{event}", "Events that this process's relay has sent to Kafka."
)
CONSUMER_LAG = Gauge(
    "contactflow.consumer.lag",
    "{record}",
    "Records of a partition that its consumer has not settled, told by whoever has the partition.",
    "group",
    "topic",
    "partition",
)
DEAD_LETTERS = Counter(
    "contactflow.dead_letters",
    "{record}",
    "Records that nobody could apply, put aside.",
    "group",
    "topic",
    "code",
)
EVENTS_DROPPED = Counter(
    "contactflow.events.dropped",
    "{event}",
    "Events that came too late: whom they are about was gone. Normal after an erasure.",
    "reaction",
    "type",
)

# Jobs.
JOB_DURATION = Histogram(
    "contactflow.job.duration",
    "s",
    "Runs of jobs: done; dropped (the person was erased); postponed (a dependency was down); failed"
    " (tried again); given_up (kept for somebody to look at); overtaken (another process has it);"
    " unsettled (the database went away: it will be begun again).",
    "job",
    "outcome",
    bounds=SLOW,
)
JOBS_WAITING = Gauge(
    "contactflow.jobs.waiting",
    "{job}",
    "Jobs that are due and that nobody has begun; at most 10,000 are counted.",
)

# The AI.
MODEL_DURATION = Histogram(
    "gen_ai.client.operation.duration",
    "s",
    "How long an answer of the model took, to its end; error.type says why there was none.",
    "gen_ai.operation.name",
    "gen_ai.request.model",
    "error.type",
    bounds=SLOW,
)
MODEL_FIRST = Histogram(
    "gen_ai.client.operation.time_to_first_chunk",
    "s",
    "How long the first words of the model took.",
    "gen_ai.operation.name",
    "gen_ai.request.model",
    bounds=SLOW,
)
MODEL_TOKENS = Histogram(
    "gen_ai.client.token.usage",
    "{token}",
    "Tokens of a question (input) and of its answer (output), as the provider counts them.",
    "gen_ai.operation.name",
    "gen_ai.request.model",
    "gen_ai.token.type",
    bounds=TOKENS,
)
TURN_DURATION = Histogram(
    "contactflow.turn.duration",
    "s",
    "Turns of the AI: in chat from the visitor's message to the answer, on the phone from the end"
    " of the caller's words to the first sound. given_up: a human was called instead; overtaken: a"
    " newer message or a human came first.",
    "channel",
    "outcome",
    bounds=SLOW,
)

# The phone.
PLACES_USED = Gauge(
    "contactflow.places.used", "{call}", "Calls that this media process carries now."
)
PLACES_MAX = Gauge(
    "contactflow.places.max", "{call}", "Calls that this media process can carry at once."
)


class _Rest(View):
    """What is not declared, also if it is LiveKit's and has the name of something that is.

    A plain view of "*" matches what is declared, too, and of two streams of one name the SDK warns.
    """

    def __init__(self) -> None:
        nothing: set[str] = set()
        super().__init__(instrument_name="*", attribute_keys=nothing, aggregation=DropAggregation())

    def _match(self, instrument: Any) -> bool:
        scope: str = instrument.instrumentation_scope.name
        return scope != SCOPE or instrument.name not in DECLARED


def measure_to(registry: CollectorRegistry, *, service: str, role: str) -> MeterProvider:
    """Tell a registry every declared metric, with the labels it declares. Once per process.

    Others' metrics are dropped, and so is every other label: it would be a place for what is
    personal, and a time series for each of its values.
    """
    reader = PrometheusMetricReader(scope_info_enabled=False, registry=registry)
    kept = [
        View(instrument_name=one.name, meter_name=SCOPE, attribute_keys={*one.labels})
        for one in DECLARED.values()
    ]
    provider = MeterProvider(
        [reader],
        Resource.create({"service.name": f"contactflow-{service}", "service.role": role}),
        exemplar_filter=AlwaysOffExemplarFilter(),  # they would hold what the views drop
        views=[*kept, _Rest()],
    )
    metrics.set_meter_provider(provider)
    return provider


@contextmanager
def serving_metrics(host: str, port: int | None, *, service: str, role: str) -> Iterator[int]:
    """Answer Prometheus on a port of its own (0: any free one), for as long as this lasts.

    A thread answers, whatever the process does or waits for. Without a port nothing is measured.
    Raises OSError when the address can't be had.
    """
    if port is None:
        yield 0
        return
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    provider = measure_to(registry, service=service, role=role)
    server, thread = start_http_server(port, host, registry)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        provider.shutdown()
