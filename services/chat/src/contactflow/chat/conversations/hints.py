"""What is told of a conversation without being stored."""

from typing import Final

TYPING: Final = "typing"
"""The AI is writing, just now."""
