"""What a log line says, and what it never says."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from contactflow.telemetry import ALLOWED, bound, log_to

CANARY = "+33612345678"
ID = UUID("01939f3e-7b2a-7000-8000-000000000001")


class Log:
    """What was written to it, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        return self.lines[-1]


@pytest.fixture
def log() -> Iterator[Log]:
    root, log = logging.getLogger(), Log()
    handlers, level = root.handlers[:], root.level
    log_to(log.stream, service="crm", role="api", level="DEBUG")
    yield log
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def ours() -> logging.Logger:
    return logging.getLogger("contactflow.crm.contacts")


@pytest.fixture
def theirs() -> logging.Logger:
    return logging.getLogger("sqlalchemy.engine")


def test_a_line_is_json_with_its_name_its_fields_and_its_process(
    log: Log, ours: logging.Logger
) -> None:
    ours.warning("job.failed", extra={"job": "email.send", "tries": 3, "workspace_id": ID})

    said = log.last
    assert said.pop("time").endswith("Z")
    assert said == {
        "level": "warning",
        "event": "job.failed",
        "logger": "contactflow.crm.contacts",
        "service": "crm",
        "role": "api",
        "job": "email.send",
        "tries": 3,
        "workspace_id": str(ID),
    }


@pytest.mark.parametrize("name", ["phone", "contact.pii.phone", "body", "url", "query", "email"])
def test_a_field_that_nobody_allowed_is_dropped(log: Log, ours: logging.Logger, name: str) -> None:
    ours.info("contact.created", extra={name: CANARY, "count": 1})

    assert log.last["count"] == 1
    assert CANARY not in log.stream.getvalue()


def test_no_allowed_field_is_marked_as_personal() -> None:
    assert not [name for name in ALLOWED if "pii" in name or "." in name]


@pytest.mark.parametrize("value", [{"phone": CANARY}, object(), CANARY.encode(), [{"a": CANARY}]])
def test_what_is_no_simple_value_is_dropped(log: Log, ours: logging.Logger, value: object) -> None:
    ours.info("contact.created", extra={"reason": value})

    assert CANARY not in log.stream.getvalue()


def test_a_long_value_is_cut(log: Log, ours: logging.Logger) -> None:
    ours.info("contact.created", extra={"reason": "x" * 10_000})

    assert len(log.last["reason"]) == 200


def test_of_other_loggers_only_the_template_is_kept(log: Log, theirs: logging.Logger) -> None:
    theirs.error("[%s] parameters %r", "raw sql", (CANARY,), extra={"code": CANARY})

    assert log.last["event"] == "[%s] parameters %r"
    assert CANARY not in log.stream.getvalue()


def test_a_text_of_other_loggers_that_may_hold_values_is_a_place_instead(
    log: Log, theirs: logging.Logger
) -> None:
    theirs.error(f"could not insert {CANARY}")

    assert log.last["event"].startswith("test_logs:")
    assert CANARY not in log.stream.getvalue()


def test_an_exception_is_told_by_its_classes_and_places(log: Log, ours: logging.Logger) -> None:
    try:
        fail()
    except RuntimeError:
        ours.exception("request.failed")

    assert log.last["error"] == "RuntimeError from ExceptionGroup(ValueError)"
    assert log.last["stack"][-1].endswith(" fail")
    assert CANARY not in log.stream.getvalue()


def test_causes_may_go_in_a_circle(log: Log, ours: logging.Logger) -> None:
    first, second = ValueError(CANARY), RuntimeError(CANARY)
    first.__cause__, second.__cause__ = second, first

    ours.error("request.failed", exc_info=first)

    assert log.last["error"] == "ValueError from RuntimeError"


def fail() -> None:
    cause = ExceptionGroup(CANARY, [ValueError(CANARY)])
    raise RuntimeError(CANARY) from cause


def test_what_is_bound_is_in_every_line_of_everybody(
    log: Log, ours: logging.Logger, theirs: logging.Logger
) -> None:
    with bound(request_id="0af7651916cd43dd8448eb211c80319c", name=CANARY):
        ours.info("contact.created")
        theirs.warning("%s", 1)
    ours.info("contact.created")

    assert [line.get("request_id") for line in log.lines] == [
        "0af7651916cd43dd8448eb211c80319c",
        "0af7651916cd43dd8448eb211c80319c",
        None,
    ]
    assert CANARY not in log.stream.getvalue()


def test_inside_a_span_a_line_names_its_trace(log: Log, ours: logging.Logger) -> None:
    context = SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(1))
    with use_span(NonRecordingSpan(context)):
        ours.info("contact.created")

    assert log.last["trace_id"] == f"{0xABC:032x}"
    assert log.last["span_id"] == f"{0xDEF:016x}"
