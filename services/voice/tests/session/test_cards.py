"""Card numbers in what was heard."""

import pytest

from contactflow.voice.session.cards import INSTEAD, Cards

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
        ("four treble one, treble one one, double one double one, treble one one", INSTEAD),
        ("four, three ones, four ones, four ones, four ones", INSTEAD),
        ("four, three 1s, 4 1's, 4 1’s, 4 ones please", f"{INSTEAD} please"),
        ("four, five times one, five times one, quadruple one, one", INSTEAD),
        ("4, 5 x 1, 5x1, 5 \u00d7 1", INSTEAD),
        ("quatre, cinq fois un, cinq fois un, cinq fois un", INSTEAD),
        ("Four sixes, FOUR TIMES SIX, four zeros, four noughts", INSTEAD),
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
        "Three times a week, four times one or two, since the 1990s",
        "Trois fois par semaine, mes deux enfants",
    ],
)
def test_what_people_say_with_numbers_stays(heard: str) -> None:
    assert Cards().redact(heard) == heard


CALLED_TWICE = "415 867 5309, 415 867 5309"


@pytest.mark.parametrize(
    "heard",
    ["0033 6 12 34 56 78", "0044 7911 123456", "06 12 34 56 78, 06 12 34 56 78", CALLED_TWICE],
)
def test_a_telephone_number_stays_however_it_is_said(heard: str) -> None:
    assert Cards().redact(heard) == heard


@pytest.mark.parametrize(
    ("turns", "kept"),
    [
        (
            ["It is 4111 1111", "1111 1111. Thanks", "Bye"],
            ["It is [card number]", "[card number]. Thanks", "Bye"],
        ),
        (
            ["4242 4242", "yes, the rest is 4242 4242"],
            ["[card number]", "yes, the rest is [card number]"],
        ),
        (["4242 4242, sorry, 4242 4242"], ["[card number], sorry, [card number]"]),
        (["4242 42", "42 and then", "I wait", "finally 4242 42"], None),
        (["quarante-deux quarante-deux", "voil\u00e0, 4242", "et enfin 4242 4242"], None),
    ],
)
def test_one_that_is_dictated_in_pieces_is_gone_from_all_of_them(
    turns: list[str], kept: list[str] | None
) -> None:
    cards = Cards()

    heard = [cards.redact(turn) for turn in turns]

    left = [cards.scrub(turn) for turn in heard]
    assert left == (kept or left)
    assert not any(char.isdigit() for turn in left for char in turn)


def test_pieces_of_one_turn_are_gone_from_the_whole_turn() -> None:
    cards = Cards()

    pieces = [cards.redact(said) for said in ("It is 4111", "1111 1111,", "1111, thanks")]

    assert cards.scrub(" ".join(pieces)) == "It is [card number], [card number], thanks"


@pytest.mark.parametrize(
    ("asked", "said", "kept"),
    [
        ("May I have your card number?", "4111 1111 1112", "[card number]"),
        ("Quel est le num\u00e9ro de votre carte ?", "quatre mille cent onze", "[card number]"),
        ("Hello?", "My credit card expires 12 26, the code is 123", None),
    ],
)
def test_where_a_payment_card_is_spoken_of_every_number_goes(
    asked: str, said: str, kept: str | None
) -> None:
    cards = Cards()
    cards.told(asked)

    heard = cards.redact(said)

    assert heard == (kept or heard)
    assert not any(char.isdigit() for char in heard)


@pytest.mark.parametrize(
    "turns",
    [
        ["4111 1111 1111 1111. The code on the back is 737"],
        ["The code is 737. It is 4111 1111 1111 1111"],
        ["4111 1111 1111 1112.", "And it is seven three seven."],
        ["C'est le 4242 4242 4242 4242", "et le cryptogramme est 313"],
        ["It is 4242 4242", "4242 4242", "The code? 737"],
        ["The CVV is 737"],
        ["my C.V.C. is 737"],
        ["The security code of it is 7373"],
        ["Le code au dos, c'est le 313"],
        ["Le code de sécurité est le 313"],
    ],
)
def test_the_code_of_a_card_goes_with_its_number_or_by_its_name(turns: list[str]) -> None:
    cards = Cards()

    heard = [cards.redact(turn) for turn in turns]

    assert not any(digits in str(heard) for digits in ("737", "313", "seven"))


def test_after_some_turns_without_a_number_nobody_waits_for_the_rest() -> None:
    cards = Cards()
    cards.redact("My card is 4111 1111")
    states = []
    for said in ("Sorry.", "Where is it?", "I do not find it."):
        cards.redact(said)
        states.append(cards.is_open)

    assert states == [True, True, False]
    assert cards.redact("A table for 12 at 1930") == "A table for 12 at 1930"


def test_the_agent_repeats_none_of_it() -> None:
    cards = Cards()
    cards.redact("It is 4242 4242")
    cards.redact("um, and then 4242 4242")

    assert cards.told("So 4242 4242 and so on?") == "So [card number] and so on?"


def test_numbers_of_other_things_are_no_pieces() -> None:
    cards = Cards()

    heard = [cards.redact(said) for said in ("My number is 0612345678", "One moment.", "1234 5678")]

    assert heard == ["My number is 0612345678", "One moment.", "1234 5678"]
