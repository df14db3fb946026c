"""The language model as the services see it: a port, and the one way to reach a real one."""

from contactflow.ai.errors import ModelNonsenseError, ModelUnavailableError
from contactflow.ai.language import (
    Assistant,
    Budget,
    Delta,
    End,
    LanguageModel,
    Message,
    System,
    Text,
    ToolCall,
    ToolResult,
    Usage,
    User,
)
from contactflow.ai.openai import Endpoint, OpenAIModel
from contactflow.ai.tools import Tool, ToolArguments

__all__ = [
    "Assistant",
    "Budget",
    "Delta",
    "End",
    "Endpoint",
    "LanguageModel",
    "Message",
    "ModelNonsenseError",
    "ModelUnavailableError",
    "OpenAIModel",
    "System",
    "Text",
    "Tool",
    "ToolArguments",
    "ToolCall",
    "ToolResult",
    "Usage",
    "User",
]
