"""What the model said, as the outcome of a turn."""

from contactflow.ai import ToolCall
from contactflow.chat.turns.plan import Answered, GivenUp, Noted, Outcome, Plan
from contactflow.chat.turns.prompt import PrivacyRequest

LONGEST = 4000  # characters of an answer


def answered(planned: Plan, said: str) -> Outcome:
    """The model's words as they may be stored: no NUL, no lone surrogate, not empty."""
    text = said.encode(errors="ignore").decode().replace("\0", "").strip()[:LONGEST]
    if not text:
        return GivenUp(planned.turn, "ai_unavailable")
    return Answered(planned.turn, planned.seq, planned.agent.version, text)


def called(planned: Plan, call: ToolCall) -> Outcome:
    """The first call ends a turn: what follows it, and what was said before, is not told."""
    if isinstance(call.arguments, PrivacyRequest):
        return Noted(planned.turn, planned.seq, call.arguments.right)
    return GivenUp(planned.turn, "visitor_asked")
