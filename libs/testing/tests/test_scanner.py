"""The scanner finds what is hidden, in every spelling that could leak."""

import secrets
from base64 import b64encode
from pathlib import Path

import pytest

from contactflow.testing.scanner import found, found_under, spellings

NAME = "Vérène" + secrets.token_hex(8)


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_it_reads_base64_at_every_offset(before: str) -> None:
    hidden = b64encode(f"{before}{NAME}, and more".encode())

    assert found({NAME}, b"..." + hidden + b"...") == {NAME}


@pytest.mark.parametrize("form", spellings(NAME))
def test_it_sees_every_spelling(form: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\0" + form + b"\0")

    assert found_under([NAME, "control"], tmp_path) == {NAME}


def test_it_hears_a_sound_in_its_bytes() -> None:
    sound = bytes(range(120, 160))

    assert found({sound}, b"..." + sound) == {sound}
    assert found({sound}, b64encode(b"RIFF " + sound)) == {sound}
    assert not found({sound}, sound[1:])


def test_there_are_seven_spellings() -> None:
    assert len(spellings(NAME)) == 7
