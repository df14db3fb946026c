"""What a tool may be told by a model."""

from uuid import UUID

import pytest
from pydantic import create_model

from contactflow.ai import Tool, ToolArguments


@pytest.mark.parametrize("name", ["workspace_id", "contact_id", "person", "conversation_id"])
def test_who_is_meant_is_no_argument(name: str) -> None:
    with pytest.raises(TypeError, match="come from the session"):
        create_model("Arguments", __base__=ToolArguments, **{name: (UUID, ...)})  # type: ignore[call-overload]


def test_a_schema_allows_no_other_field() -> None:
    class Leaves(ToolArguments):
        reason: str

    schema = Tool("leave", "Leave.", Leaves).schema()

    assert schema["additionalProperties"] is False
    assert schema["required"] == ["reason"]
