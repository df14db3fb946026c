"""What the model is told again with every prompt, without card numbers."""

import json
from collections.abc import Callable, Iterable

from livekit.agents.llm import ChatItem, ChatMessage, FunctionCall, FunctionCallOutput

Scrub = Callable[[str], str]


def scrub_all(items: Iterable[ChatItem], scrub: Scrub) -> None:
    """In the items themselves: later prompts are made of them. Ours, of the system, stay."""
    for item in items:
        if isinstance(item, ChatMessage) and item.role != "system":
            item.content = [scrub(item.text_content or "")]
        elif isinstance(item, FunctionCall):
            item.arguments = _arguments(item.arguments, scrub)
        elif isinstance(item, FunctionCallOutput):
            item.output = scrub(item.output)


def _arguments(written: str, scrub: Scrub) -> str:
    """They stay JSON. Its escapes are undone before: there are digits in them."""
    try:
        told = json.loads(written, parse_int=str, parse_float=str)
    except ValueError:
        return scrub(written)
    if not isinstance(told, dict):
        return scrub(written)
    kept = {name: scrub(value) if isinstance(value, str) else value for name, value in told.items()}
    return written if kept == told else json.dumps(kept, ensure_ascii=False)
