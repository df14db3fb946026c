"""How search sees a name."""

import pytest

from contactflow.crm.contacts.words import prefixes, words


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
    assert prefixes("Ada 李") == {"ad", "ada", "李"}
