"""How search sees a name."""

import pytest

from contactflow.crm.contacts.words import begins, prefixes, words


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Ada Lovelace", ["ada", "lovelace"]),
        ("Zoë-Renée O'Brien", ["zoe", "renee", "o", "brien"]),
        ("STRASSE Straße", ["strasse"]),
        ("Œuvré", ["oeuvre"]),
        ("Ångström", ["angstrom"]),
        ("  --  ", []),
        ("x" * 40, ["x" * 20]),
    ],
)
def test_words_have_neither_accents_nor_case(name: str, seen: list[str]) -> None:
    assert words(name) == seen


def test_a_word_is_found_by_its_beginnings_from_two_letters_on() -> None:
    assert prefixes("Ada O'Do 李小龙") == {"ad", "ada", "do", "李", "李小", "李小龙"}


@pytest.mark.parametrize(
    ("beginning", "found"),
    [("jean p", True), ("p jean", True), ("jean-p", True), ("jean x", False), ("ean", False)],
)
def test_a_name_begins_with_each_word(beginning: str, *, found: bool) -> None:
    assert begins("Jean Paul", beginning) is found
