"""What is told from a text before it is spoken."""

import pytest

from tools.local_ai.text import LONGEST, language_of, sentences

ENGLISH = ["Hello!", "We open at 8:30.", "Yes, we have vegan cakes at the café.", "1234", "Sorry?"]
FRENCH = ["Bonjour !", "Nous ouvrons à 8 h 30.", "Oui.", "Fermé lundi", "C'est un assistant IA."]


@pytest.mark.parametrize(
    ("text", "language"), [(one, "en") for one in ENGLISH] + [(one, "fr") for one in FRENCH]
)
def test_the_language_is_that_of_most_words(text: str, language: str) -> None:
    assert language_of(text, "alloy") == language


@pytest.mark.parametrize(
    ("voice", "language"),
    [("fr", "fr"), ("ff_siwis", "fr"), ("siwis", "fr"), ("en-US", "en"), ("joe", "en")],
)
def test_a_voice_of_one_language_speaks_it_whatever_the_text(voice: str, language: str) -> None:
    assert language_of("Bonjour, how are you?", voice) == language


def test_sentences_are_parted_at_their_ends_and_keep_their_marks() -> None:
    assert sentences(" We open at 8.30. Do you come?  Oui ! ") == [
        *("We open at 8.30.", "Do you come?", "Oui !")
    ]


def test_a_long_sentence_is_parted_at_commas() -> None:
    clauses = ["and then we baked another cake for you,"] * 8

    pieces = sentences(" ".join(clauses))

    assert all(len(one) <= LONGEST and one.endswith(",") for one in pieces)
    assert " ".join(pieces) == " ".join(clauses)


def test_a_long_sentence_without_commas_is_parted_between_words() -> None:
    text = "cake " * 100

    pieces = sentences(text)

    assert max(map(len, pieces)) <= LONGEST
    assert " ".join(pieces).split() == text.split()


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_of_nothing_there_is_nothing_to_say(text: str) -> None:
    assert sentences(text) == []
