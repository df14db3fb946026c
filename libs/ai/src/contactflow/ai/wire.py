"""A question in the words of the chat completions interface."""

from collections.abc import Sequence
from typing import Any

from contactflow.ai.language import Assistant, Budget, Message, System, ToolCall, ToolResult
from contactflow.ai.tools import Tool


def request(
    messages: Sequence[Message], *, budget: Budget, tools: Sequence[Tool[Any]]
) -> dict[str, Any]:
    """Nothing is kept by the provider, and nothing says who asks: no `user`, no `metadata`."""
    body: dict[str, Any] = {
        "messages": [message_of(one) for one in messages],
        "max_completion_tokens": budget.tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
        "store": False,
    }
    return body | ({"tools": [tool_of(one) for one in tools]} if tools else {})


def message_of(message: Message) -> dict[str, Any]:
    if isinstance(message, ToolResult):
        return {"role": "tool", "tool_call_id": message.call_id, "content": message.text}
    if isinstance(message, Assistant):
        calls = {"tool_calls": [call_of(one) for one in message.calls]} if message.calls else {}
        return {"role": "assistant", "content": message.text, **calls}
    role = "system" if isinstance(message, System) else "user"
    return {"role": role, "content": message.text}


def call_of(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.tool.name, "arguments": call.arguments.model_dump_json()}
    return {"id": call.id, "type": "function", "function": function}


def tool_of(tool: Tool[Any]) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.schema()}
    return {"type": "function", "function": function}
