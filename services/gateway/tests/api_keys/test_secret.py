from hypothesis import given
from hypothesis import strategies as st

from contactflow.gateway.api_keys.secret import DIGITS, PREFIX, is_sound, new_secret


def test_a_key_says_what_it_is_and_is_never_the_same() -> None:
    made = {new_secret() for _ in range(1000)}

    assert len(made) == 1000
    assert all(one.startswith("cf_live_") and len(one) == 44 and is_sound(one) for one in made)


@given(place=st.integers(len(PREFIX), 43), digit=st.sampled_from(DIGITS))
def test_a_mistyped_key_is_known_at_sight(place: int, digit: str) -> None:
    secret = new_secret()
    mistyped = secret[:place] + digit + secret[place + 1 :]

    assert is_sound(mistyped) == (mistyped == secret)
