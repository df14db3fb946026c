import asyncio

import pytest

from contactflow.gateway.accounts.passwords import Passwords


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


async def test_a_password_fits_its_own_hash(passwords: Passwords) -> None:
    known = await passwords.hash("correct horse battery")

    assert known.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.fits(known, "correct horse battery")
    assert not await passwords.fits(known, "correct horse batterz")


async def test_all_of_a_long_password_counts(passwords: Passwords) -> None:
    known = await passwords.hash("x" * 256)

    assert not await passwords.fits(known, "x" * 255 + "y")


async def test_nobodys_password_never_fits(passwords: Passwords) -> None:
    assert not await passwords.fits(None, "of an account that is not there")


async def test_a_damaged_hash_fits_nothing(passwords: Passwords) -> None:
    assert not await passwords.fits("$argon2id$damaged", "correct horse battery")


async def test_two_are_hashed_at_once_and_the_loop_goes_on(passwords: Passwords) -> None:
    hashing = asyncio.gather(*(passwords.hash("correct horse battery") for _ in range(6)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert len({*await hashing}) == 6
    assert turns > 6
