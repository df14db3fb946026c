from datetime import datetime, timedelta

import pytest

from contactflow.vault import OneTimeCode, attempt, one
from contactflow.vault.onetime import LIFE, TRIES


@pytest.fixture
def code(at: datetime) -> OneTimeCode:
    return OneTimeCode.new(at=at)


def wrong(code: OneTimeCode) -> str:
    return f"{(int(code.digits) + 1) % 10**8:08}"


def test_it_has_eight_digits_that_nobody_foresees(at: datetime) -> None:
    codes = {OneTimeCode.new(at=at).digits for _ in range(1000)}

    assert len(codes) > 990
    assert all(len(one) == 8 and one.isdecimal() for one in codes)
    assert any(one.startswith("0") for one in codes)


def test_who_says_it_proves_it_once(code: OneTimeCode, at: datetime) -> None:
    right, left = attempt(code, code.digits, at=at)

    assert (right, left) == (True, None)
    assert attempt(left, code.digits, at=at) == (False, None)


def test_it_is_good_for_ten_minutes(code: OneTimeCode, at: datetime) -> None:
    last = at + LIFE - timedelta(microseconds=1)

    assert attempt(code, code.digits, at=last) == (True, None)
    assert attempt(code, code.digits, at=at + LIFE) == (False, None)


def test_the_fifth_try_may_be_right(code: OneTimeCode, at: datetime) -> None:
    left: OneTimeCode | None = code
    for _ in range(TRIES - 1):
        right, left = attempt(left, wrong(code), at=at)
        assert not right

    assert attempt(left, code.digits, at=at) == (True, None)


def test_after_five_wrong_ones_the_right_one_is_too_late(code: OneTimeCode, at: datetime) -> None:
    left: OneTimeCode | None = code
    for _ in range(TRIES):
        _, left = attempt(left, wrong(code), at=at)

    assert attempt(left, code.digits, at=at) == (False, None)


@pytest.mark.parametrize("said", ["", "0", "éééééééé", "00000000"])
def test_without_a_code_nothing_is_right(said: str, at: datetime) -> None:
    assert attempt(None, said, at=at) == (False, None)


def test_it_is_packed_whole_and_printed_without_its_digits(code: OneTimeCode) -> None:
    codec = one(OneTimeCode)

    assert codec.unpack(codec.pack(code)) == code
    assert code.digits not in repr(code)
