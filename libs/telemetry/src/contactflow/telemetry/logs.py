"""Logs: one JSON object a line, of fields that are known to hold nothing personal.

Ours are static names with fields: `log.info("job.failed", extra={"job": name, "code": code})`.
Of other people's loggers only the template is kept, never the values they put into it; of an
exception only the classes and the places in the code, never its text.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

import structlog
from opentelemetry import trace
from structlog.contextvars import bound_contextvars

from contactflow.telemetry.fields import allowed

OURS = "contactflow"
LITERAL = frozenset({"uvicorn.error"})  # these say constants, apart from their arguments
QUIET = {  # what they say below this, our own lines say better
    "aiokafka": logging.CRITICAL,
    "alembic": logging.WARNING,
    "httpx": logging.WARNING,
    "httpx2": logging.WARNING,
    "livekit": logging.INFO,  # below that it says what people say
    "uvicorn.error": logging.WARNING,
}
FRAMES = 12

bound = bound_contextvars
"""`with bound(request_id=...)`: every line from inside says it, too."""


def log_to(stream: TextIO, *, service: str, role: str, level: str = "INFO") -> None:
    """Send every logger of the process there. Replaces what was set up before."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(service, role))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    for name in list(root.manager.loggerDict):
        _through_root(logging.getLogger(name))
    sys.excepthook = _uncaught


def _through_root(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.propagate = True


def _uncaught(_: type[BaseException], error: BaseException, __: object) -> None:
    logging.getLogger(OURS).critical("process.failed", exc_info=error)


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def __init__(self, service: str, role: str) -> None:
        super().__init__()
        self._process = {"service": service, "role": role}
        self._finish: Sequence[Any] = (
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(),
        )

    def format(self, record: logging.LogRecord) -> str:
        """What the record may say, and nothing else."""
        said: Any = {**_record(record), **self._process}
        for step in self._finish:
            said = step(None, record.levelname, said)
        return str(said)


def _record(record: logging.LogRecord) -> dict[str, Any]:
    fields = {**structlog.contextvars.get_contextvars(), **_trace()}
    if is_ours(record.name):
        fields |= vars(record)
    if record.exc_info and record.exc_info[1]:
        fields |= {"error": classes(record.exc_info[1]), "stack": list(places(record.exc_info[1]))}
    return {
        "level": record.levelname.lower(),
        "event": _event(record),
        "logger": record.name,
        **allowed(fields),
    }


def is_ours(name: str) -> bool:
    """Whether this logger is one of the house, whose names and fields are static."""
    return name == OURS or name.startswith(f"{OURS}.")


def _event(record: logging.LogRecord) -> str:
    template = str(record.msg)
    if is_ours(record.name) or record.args or record.name in LITERAL:
        return template.partition("\n")[0]
    return f"{record.module}:{record.lineno}"  # its text may have values in it already


def classes(error: BaseException, *above: BaseException) -> str:
    """The class of an error, and of those that caused it, or that it holds.

    Causes may go in a circle: SQLAlchemy makes one when PostgreSQL refuses a commit.
    """
    seen = (*above, error)
    name = type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        name += f"({', '.join(sorted({classes(one, *seen) for one in error.exceptions}))})"
    cause = error.__cause__
    if cause is None or any(cause is one for one in seen):
        return name
    return f"{name} from {classes(cause, *seen)}"


def places(error: BaseException) -> Iterator[str]:
    """Where in the code it happened, innermost last."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from places(one)
    for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]:
        yield f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"


def _trace() -> dict[str, str]:
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {
        "trace_id": trace.format_trace_id(context.trace_id),
        "span_id": trace.format_span_id(context.span_id),
    }
