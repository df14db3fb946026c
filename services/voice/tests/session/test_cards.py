"""Card numbers in what was heard."""

import pytest

from contactflow.voice.session.cards import Cards, forget, goes_on, is_open, mend

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
        ("4111 um 1111, and then 1111 uh 1111", "[card number]"),
        ("4111\u20131111_1111\u20131111", "[card number]"),
        ("4111 \u2026 1111? 1111! 1111", "[card number]"),
        ("quatre mille cent onze, " * 4 + "voilà", "[card number], voilà"),
        ("neuf cent soixante-dix-neuf " * 5, "[card number] "),
        ("forty-one hundred eleven " * 4, "[card number] "),
        ("four thousand one hundred and eleven, " * 4, "[card number], "),
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
        "le douze mai deux mille vingt-six à dix heures trente",
        "It cost one thousand two hundred and fifty, not two thousand",
        "One of my two sisters has twenty-one cats",
    ],
)
def test_what_people_say_with_numbers_stays(heard: str) -> None:
    assert Cards().redact(heard) == heard


def test_one_that_is_dictated_in_two_turns_is_never_whole() -> None:
    cards = Cards()

    heard = [cards.redact(said) for said in ("It is 4111 1111", "1111 1111. Thanks", "1111 1111")]

    assert heard == ["It is 4111 1111", "[card number]. Thanks", "1111 1111"]


def test_what_came_before_it_can_be_told_and_forgotten() -> None:
    cards = Cards()

    first, last = [cards.redact(said) for said in ("It is 4111 1111 1111,", "um, 1111 okay?")]

    assert (is_open(first), goes_on(last)) == (True, True)
    assert forget(first) == "It is [card number],"


@pytest.mark.parametrize("said", ["A table for 4", "4111 1111 is my number", "Yes."])
def test_what_does_not_end_in_a_group_of_digits_is_not_open(said: str) -> None:
    assert not is_open(said)


@pytest.mark.parametrize("said", ["It is [card number]", "Yes.", "1111"])
def test_what_does_not_begin_with_a_card_number_goes_not_on(said: str) -> None:
    assert not goes_on(said)


@pytest.mark.parametrize(
    ("pieces", "kept"),
    [
        ("It is 4111 1111 1111, [card number] thanks", "It is [card number] thanks"),
        ("4111 [card number], then 5555 5555 [card number]", "[card number], then [card number]"),
        ("For 4 people, [card number]", "For 4 people, [card number]"),
        ("For 4 people", "For 4 people"),
    ],
)
def test_a_turn_heard_in_pieces_keeps_no_piece_of_one(pieces: str, kept: str) -> None:
    assert mend(pieces) == kept


def test_nothing_at_the_end_is_nothing_to_forget() -> None:
    assert forget("4 people.") == "4 people."


def test_words_in_between_end_a_dictation() -> None:
    cards = Cards()

    heard = [cards.redact(said) for said in ("My number is 0612345678", "Yes.", "1234 5678")]

    assert heard[2] == "1234 5678"
