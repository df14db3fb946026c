"""What the environment may say about e-mails."""

from email.headerregistry import Address

import pytest
from pydantic import TypeAdapter, ValidationError

from contactflow.gateway.settings import GatewaySettings

FIELDS = GatewaySettings.model_fields
NOBODY = GatewaySettings.model_construct()


def sender(written: str) -> Address:
    return NOBODY.model_copy(update={"mail_from": written}).sender


@pytest.mark.parametrize("written", ["no-reply@cf.example", "Blue Bakery <no-reply@cf.example>"])
def test_e_mails_come_from_an_address(written: str) -> None:
    field = FIELDS["mail_from"]

    assert TypeAdapter(field.rebuild_annotation()).validate_python(written) == written
    assert sender(written).addr_spec == "no-reply@cf.example"
    assert sender(written).display_name == written.rpartition(" <")[0]


@pytest.mark.parametrize(
    "written", ["", "nobody", "a@b.example, c@d.example", "a@b.example\r\nTo: c"]
)
def test_they_come_from_nobody_else(written: str) -> None:
    with pytest.raises(ValidationError, match="must look like"):
        TypeAdapter(FIELDS["mail_from"].rebuild_annotation()).validate_python(written)


def test_where_they_are_handed_in_is_checked_and_not_shown() -> None:
    checked = TypeAdapter(FIELDS["smtp_url"].rebuild_annotation())

    assert "secret" not in repr(checked.validate_python("smtp://me:secret@mail.example"))
    with pytest.raises(ValidationError, match="smtp://user:password@host:port"):
        checked.validate_python("imap://mail.example")
