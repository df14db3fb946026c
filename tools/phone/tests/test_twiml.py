"""Answers to a voice webhook."""

import pytest

from tools.phone.twiml import Dial, Hangup, NotTwimlError, Say, Stream, verbs

STREAM = '<Stream url="wss://voice.example.com/media/t"><Parameter name="a" value="b"/></Stream>'


def test_verbs_come_in_their_order() -> None:
    answer = (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        f"<Connect>{STREAM}</Connect>"
        '<Say language="fr-FR">Désolé &amp; merci</Say><Dial><Number>+331</Number></Dial>'
        '<Dial action="https://a.example/d"> +332 </Dial><Hangup/></Response>'
    )

    assert verbs(answer) == [
        Stream("wss://voice.example.com/media/t", {"a": "b"}),
        Say("Désolé & merci", "fr-FR"),
        Dial("+331"),
        Dial("+332", "https://a.example/d"),
        Hangup(),
    ]


def test_an_empty_answer_is_nothing_to_do() -> None:
    assert verbs("<Response/>") == []


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "<Response>",
        "<html/>",
        "<Response><Sing/></Response>",
        '<Response><Connect><Stream url="https://voice.example.com/m"/></Connect></Response>',
        '<Response><Connect><Stream url="wss://voice.example.com/m?token=1"/></Connect></Response>',
    ],
)
def test_what_twilio_would_not_understand_is_refused(answer: str) -> None:
    with pytest.raises(NotTwimlError):
        verbs(answer)
