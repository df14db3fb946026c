"""One question to a model, watched: how long, how many tokens, in whose trace."""

from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

from opentelemetry.trace import SpanKind

from contactflow.ai.language import Usage
from contactflow.telemetry import begun, ended, header_of, metrics, tell

STOPPED: Final = "stopped"
"""Whoever asked did not want the rest: no fault of the model."""


class Watching:
    """Around one answer. The span is current for nobody: a generator's context is its caller's.

    `headers` carry the trace on to the provider: random numbers, nothing of who asks.
    """

    def __init__(self, model: str) -> None:
        self._known: dict[str, str | int] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": model,
        }
        self._begun, self._spoke = monotonic(), False
        self._span = begun("chat", kind=SpanKind.CLIENT, model=model)
        self.headers = header_of(self._span)

    def spoke(self) -> None:
        """A piece of the answer has come."""
        if not self._spoke:
            self._spoke = True
            metrics.MODEL_FIRST.record(monotonic() - self._begun, self._known)

    def ended(self, usage: Usage | None) -> None:
        """The answer is whole. Not every provider counts."""
        if usage is None:
            return
        tell(self._span, tokens=usage.output)
        for kind, count in (("input", usage.prompt), ("output", usage.output)):
            metrics.MODEL_TOKENS.record(count, self._known | {"gen_ai.token.type": kind})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        failed = {"error.type": _why(error)} if error else {}
        metrics.MODEL_DURATION.record(monotonic() - self._begun, self._known | failed)
        ended(self._span, error)


def _why(error: BaseException) -> str:
    """The reason of an error of ours, or its class."""
    if not isinstance(error, Exception):
        return STOPPED
    said: Any = getattr(error, "reason", type(error).__name__)
    return str(said)
