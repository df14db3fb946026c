"""What LiveKit measured of a model, told as the metrics that every other question is told by."""

from typing import Any

from livekit.agents.metrics import LLMMetrics

from contactflow.telemetry import metrics


def count(measured: LLMMetrics) -> None:
    """One answer. Without a first token there is none: LiveKit says -1 then."""
    model = measured.metadata.model_name if measured.metadata else None
    known: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": model or "unknown",
    }
    failed = {"error.type": "stopped"} if measured.cancelled else {}
    metrics.MODEL_DURATION.record(measured.duration, known | failed)
    if measured.ttft >= 0:
        metrics.MODEL_FIRST.record(measured.ttft, known)
    for kind, tokens in (("input", measured.prompt_tokens), ("output", measured.completion_tokens)):
        metrics.MODEL_TOKENS.record(tokens, known | {"gen_ai.token.type": kind})
