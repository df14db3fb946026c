"""Card numbers in what was heard."""

import pytest

from contactflow.voice.session.cards import Cards

WORDS = "four " + "one " * 15
PAIRS = "quarante et un " + "onze " * 7


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("My card is 4111 1111 1111 1111, thanks", "My card is [card number], thanks"),
        ("4111-1111-1111-1111", "[card number]"),
        ("It is 378282246310005.", "It is [card number]."),
        (WORDS, "[card number] "),
        ("double four " * 7 + "please", "[card number] please"),
        (PAIRS, "[card number] "),
        ("quatre-vingt-dix-sept " * 7, "[card number] "),
    ],
)
def test_a_card_number_is_taken_out(heard: str, kept: str) -> None:
    assert Cards().redact(heard) == kept


@pytest.mark.parametrize(
    "heard",
    [
        "Call me on +33 6 12 34 56 78 please",
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "oh two oh seven nine four six oh nine five eight",
        "At 10.30 on 12 May 2026, for 14 people",
        "One of my two sisters has twenty-one cats",
    ],
)
def test_what_people_say_with_numbers_stays(heard: str) -> None:
    assert Cards().redact(heard) == heard


def test_one_that_is_dictated_in_two_turns_is_never_whole() -> None:
    cards = Cards()

    heard = [cards.redact(said) for said in ("It is 4111 1111", "1111 1111. Thanks", "1111 1111")]

    assert heard == ["It is 4111 1111", "[card number]. Thanks", "1111 1111"]


def test_words_in_between_end_a_dictation() -> None:
    cards = Cards()

    heard = [cards.redact(said) for said in ("My number is 0612345678", "Yes.", "1234 5678")]

    assert heard[2] == "1234 5678"
