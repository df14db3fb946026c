"""What the model is told again, without card numbers."""

import json

import pytest
from livekit.agents.llm import ChatItem, ChatMessage, FunctionCall, FunctionCallOutput

from contactflow.voice.session.cards import Cards
from contactflow.voice.session.memory import scrub_all

CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f'{{"text": "Pay by {CARD}."}}', '{"text": "Pay by [card number]."}'),
        ('{"text": "4111\\u00a01111\\u00a01111\\u00a01111"}', '{"text": "[card number]"}'),
        ('{"text": 4111111111111111}', '{"text": "[card number]"}'),
        (f'{{"text": "{CARD}', '{"text": "[card number]'),
        (f'["{CARD}"]', '["[card number]"]'),
        ('{"text":"Caf\\u00e9 at 10", "at":null}', '{"text":"Caf\\u00e9 at 10", "at":null}'),
    ],
)
def test_the_arguments_of_a_tool_are_json_without_card_numbers(written: str, kept: str) -> None:
    call = FunctionCall(call_id="1", name="take_message", arguments=written)

    scrub_all([call], Cards().scrub)

    assert call.arguments == kept


def test_all_that_was_said_or_done_is_without_card_numbers_but_not_the_prompt() -> None:
    ours = ChatMessage(role="system", content=[CARD])
    items: list[ChatItem] = [
        ChatMessage(role="user", content=[CARD]),
        ChatMessage(role="assistant", content=[CARD]),
        FunctionCallOutput(call_id="1", output=CARD, is_error=False),
    ]

    scrub_all([ours, *items], Cards().scrub)

    assert ours.text_content == CARD
    assert CARD not in json.dumps([item.model_dump(mode="json") for item in items])
