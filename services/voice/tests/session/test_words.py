"""How much of an utterance counts as heard."""

import asyncio

import pytest

from contactflow.voice.session.words import Words

SAID = "We are open from nine to five on weekdays."


def saying(*pieces: str) -> Words:
    words = Words()

    async def said() -> None:
        for piece in pieces:
            await words.capture_text(piece)

    asyncio.run(said())
    return words


@pytest.mark.parametrize(
    ("played_s", "heard"),
    [
        (4.2, SAID),
        (4.1, "We are open from nine to five on"),
        (2.1, "We are open from nine"),
        (1.9, "We are open from"),
        (0.1, ""),
        (0.0, ""),
    ],
)
def test_whole_words_are_heard_as_far_as_their_sound_was_played(
    played_s: float, heard: str
) -> None:
    assert saying("We are open ", SAID[12:]).heard(played_s=played_s, made_s=4.2) == heard


def test_what_has_no_sound_yet_was_not_heard() -> None:
    assert saying(SAID).heard(played_s=1.0, made_s=1.0) == "We are open"


def test_the_next_utterance_begins_anew() -> None:
    words = saying(SAID)
    words.flush()

    asyncio.run(words.capture_text("Until five."))

    assert words.heard(played_s=2.0, made_s=2.0) == "Until five."
