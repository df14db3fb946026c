"""What an envelope promises."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactflow.kernel import new_id
from contactflow.vault import DataKey, UnsealError
from contactflow.vault.envelopes import binding, new_secret

KEY = DataKey(new_secret())
HERE = binding(new_id(), "crm.contact.name", new_id())


@given(st.binary(max_size=200))
def test_what_is_sealed_opens(plain: bytes) -> None:
    assert KEY.open(KEY.seal(plain, HERE), HERE) == plain


def test_the_same_value_is_never_sealed_alike() -> None:
    assert KEY.seal(b"Ada", HERE) != KEY.seal(b"Ada", HERE)


@given(st.integers(min_value=0, max_value=31), st.integers(min_value=0, max_value=7))
def test_one_changed_bit_opens_nothing(place: int, bit: int) -> None:
    envelope = bytearray(KEY.seal(b"Ada", HERE))
    envelope[place] ^= 1 << bit

    with pytest.raises(UnsealError):
        KEY.open(bytes(envelope), HERE)


@pytest.mark.parametrize("damaged", [b"", b"\x01", b"\x02" + bytes(40), b"\x01" + bytes(13)])
def test_what_is_no_envelope_opens_nothing(damaged: bytes) -> None:
    with pytest.raises(UnsealError):
        KEY.open(damaged, HERE)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(UnsealError):
        DataKey(new_secret()).open(KEY.seal(b"Ada", HERE), HERE)


def test_workspace_field_and_row_are_all_bound() -> None:
    workspace, row = new_id(), new_id()
    here = binding(workspace, "a.b", row)
    others = [
        binding(new_id(), "a.b", row),
        binding(workspace, "a.c", row),
        binding(workspace, "a.b", new_id()),
        binding(row, "a.b", workspace),
    ]

    envelope = KEY.seal(b"Ada", here)

    for other in others:
        with pytest.raises(UnsealError):
            KEY.open(envelope, other)


def test_a_key_is_neither_shown_nor_taken_along() -> None:
    assert "secret" not in repr(KEY)
    with pytest.raises(TypeError, match="never leaves"):
        pickle.dumps(KEY)
