"""The stack's own collector of traces, and what `make trace` shows of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from contactflow.telemetry import otlp
from contactflow.testing.collector import Span
from tools.stack import __main__ as command
from tools.stack import report, stack
from tools.stack.engines import local_traces, traces_dir
from tools.stack.report import console
from tools.stack.settings import Settings
from tools.stack.state import State, recall
from tools.stack.traces import Kept, last_conversation, tree

SECOND = 1_000_000_000
ASKED = Span("a1", "1", "browser", "POST /v1/public/web-chat", "gateway-all", 0, SECOND // 8)
SAID = Span("a1", "2", "1", "publish message.received", "chat-all", SECOND // 16, SECOND // 4)
TURN = Span("a1", "3", "1", "job chat.turn.answer", "chat-all", SECOND // 4, SECOND)
MODEL = Span("a1", "4", "3", "chat", "chat-all", SECOND // 2, SECOND)
TURN_OF_A_CHAT = [MODEL, TURN, SAID, ASKED]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path)
    yield state
    stack.down(recall(tmp_path))


def a_tracer(url: str) -> TracerProvider:
    """As a service of the stack has it, except that it tells at once."""
    said = {"service.name": "contactflow-chat", "service.role": "all"}
    provider = TracerProvider(resource=Resource.create(said))
    provider.add_span_processor(SimpleSpanProcessor(otlp(url)))
    return provider


def test_what_is_told_is_kept_until_reset(state: State) -> None:
    local_traces(state).start()
    provider = a_tracer(stack.collector(Settings(state.home), state))
    provider.get_tracer("test").start_span("publish message.received").end()
    provider.shutdown()

    [kept] = Kept(traces_dir(state.home)).spans()

    assert (kept.name, kept.process) == ("publish message.received", "chat-all")
    assert [wrong for _, wrong in stack.status(state)] == [None]
    assert traces_dir(state.home) in stack.reset(recall(state.home))


def test_an_outside_collector_is_told_instead(state: State) -> None:
    outside = Settings(state.home, collector="https://collector.example")

    with console.capture() as said:
        status = command.trace(outside)

    assert stack.collector(outside, state) == "https://collector.example"
    assert status == 1
    assert "https://collector.example" in said.get()


def test_the_latest_are_kept_in_a_bounded_room(tmp_path: Path) -> None:
    room, kept = 20_000, Kept(tmp_path, room=20_000)
    for number in range(200):
        kept.keep(told(f"span {number}"))

    names = [one.name for one in kept.spans()]
    files = [one.read_text() for one in tmp_path.iterdir()]
    assert sorted(names, key=lambda one: int(one.split()[1])) == [
        f"span {number}" for number in range(200 - len(names), 200)
    ]
    assert len(names) == sum(one.count("\n") for one in files)
    assert room // 2 < sum(map(len, files)) <= room


def told(name: str) -> bytes:
    """A span, as it comes to a collector."""
    resource = {"service.name": "contactflow-chat", "service.role": "all"}
    attributes = [{"key": k, "value": {"stringValue": v}} for k, v in resource.items()]
    scope = {"spans": [{"name": name}]}
    said = {"resourceSpans": [{"resource": {"attributes": attributes}, "scopeSpans": [scope]}]}
    return ParseDict(said, ExportTraceServiceRequest()).SerializeToString()


def test_what_is_half_written_is_not_there_yet(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.keep(told("whole"))
    path = tmp_path / "spans.jsonl"
    path.write_text(path.read_text() + '{"trace": "a1", "id"')

    assert [one.name for one in kept.spans()] == ["whole"]


def test_the_last_conversation_is_the_trace_that_was_begun_last() -> None:
    before = [replace(one, trace="b2", began=one.began - SECOND) for one in TURN_OF_A_CHAT]
    later = replace(ASKED, trace="c3", name="GET /v1/contacts", began=SECOND)

    assert last_conversation([later, *TURN_OF_A_CHAT, *before]) == TURN_OF_A_CHAT


def test_a_call_is_a_conversation_too() -> None:
    rings = replace(SAID, trace="d4", name="publish call.started", began=SECOND)

    assert last_conversation([rings, *TURN_OF_A_CHAT]) == [rings]


def test_without_a_conversation_there_is_nothing() -> None:
    assert last_conversation([ASKED]) == []


def test_a_span_comes_after_what_it_hangs_on() -> None:
    assert tree(TURN_OF_A_CHAT) == [(0, ASKED), (1, SAID), (1, TURN), (2, MODEL)]


def test_a_span_whose_cause_is_not_told_yet_stands_by_itself() -> None:
    assert tree([MODEL, SAID]) == [(0, SAID), (0, MODEL)]


def test_a_trace_is_shown_as_a_tree_with_bars() -> None:
    with console.capture() as said:
        report.trace(TURN_OF_A_CHAT)

    *_, heads, asked, published, turn, model = said.get().splitlines()
    assert heads.split() == ["span", "process", "from", "took"]
    assert asked.startswith("POST /v1/public/web-chat ")
    assert published.startswith(" publish message.received ")
    assert turn.startswith(" job chat.turn.answer ")
    assert model.split()[:6] == ["chat", "chat", "500.0", "ms", "500.0", "ms"]
    assert model.startswith("  chat ")
    assert len(model) <= console.width


def test_a_bar_lies_where_its_span_lies_in_time() -> None:
    with console.capture() as said:
        report.trace(TURN_OF_A_CHAT)

    *_, asked, _, turn, model = (one.rstrip() for one in said.get().splitlines())
    assert model.endswith("█")
    assert len(turn) == len(model) > len(asked)
    assert turn.count("█") > model.count("█") > asked.count("█")


def test_nothing_to_show_says_what_to_do(tmp_path: Path) -> None:
    with console.capture() as said:
        status = command.trace(Settings(tmp_path))

    assert status == 1
    assert "make call" in said.get()
