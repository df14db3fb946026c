"""How identities are normalised, and what is none."""

import pytest

from contactflow.vault import Email, IdentityError, Phone


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        ("a.d.a+chat@example.com", "a.d.a+chat@example.com"),
        ("\uff21\uff24\uff21@example.com", "ada@example.com"),
        ("Zoe\u0308@example.com", "zoë@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("straße@example.com", "strasse@example.com"),
    ],
)
def test_an_address_is_folded_and_otherwise_left_alone(raw: str, value: str) -> None:
    assert Email.parse(raw).value == value


@pytest.mark.parametrize(
    "raw", ["", "ada", "ada@", "@example.com", "a@b@c.org", "a da@x.org", "a\0@x.org"]
)
def test_what_is_no_address_is_refused_and_not_repeated(raw: str) -> None:
    with pytest.raises(IdentityError) as refused:
        Email.parse(raw)

    assert refused.value.code == "invalid_email"
    assert str(refused.value) == "invalid_email"


@pytest.mark.parametrize(
    "raw", ["+33 6 12 34 56 78", "+33(0)612345678", "+33-6-12-34-56-78", "\uff0b33612345678"]
)
def test_a_number_is_e164(raw: str) -> None:
    assert Phone.parse(raw).value == "+33612345678"


@pytest.mark.parametrize(
    "raw", ["", "0612345678", "+33", "+331", "+999123456789", "+33 6 1234", "call me"]
)
def test_what_no_country_gives_out_is_refused_and_not_repeated(raw: str) -> None:
    with pytest.raises(IdentityError) as refused:
        Phone.parse(raw)

    assert str(refused.value) == refused.value.code == "invalid_phone"


def test_an_identity_is_never_printed() -> None:
    assert "ada" not in repr(Email.parse("ada@example.com"))
