"""How tokens are made, and what is kept of one."""

from contactflow.kernel import hashed_token, new_token


def test_no_token_is_another_and_each_has_256_bits() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert {len(one) for one in tokens} == {43}


def test_what_is_kept_of_a_token_never_changes() -> None:
    kept = hashed_token("abc")  # the example of FIPS 180-2, B.1

    assert kept.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
