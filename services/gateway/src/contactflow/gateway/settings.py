"""What gateway's processes read from their environment."""

from email.headerregistry import Address
from email.utils import parseaddr
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from contactflow.gateway.emails.smtp import SmtpServer
from contactflow.runtime import Settings


def _listed(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


def _is_server(url: SecretStr) -> SecretStr:
    SmtpServer.at(url.get_secret_value())
    return url


def _is_sender(written: str) -> str:
    name, address = parseaddr(written)
    if "@" not in address or written not in {address, f"{name} <{address}>"}:
        raise ValueError("must look like no-reply@example.com, or Name <no-reply@example.com>")
    return written


class GatewaySettings(Settings):
    """`public_url` is where browsers find us; an https one makes cookies secure.

    `trusted_proxies` is how many of our own stand in front, each of which adds the address it was
    asked from to X-Forwarded-For: what stands before those is the client's own invention.
    `allowed_origins` (separated by spaces) are pages elsewhere that may use the session cookie.
    `smtp_url` takes our e-mails over; `mail_from` is whom they come from.
    """

    public_url: str | None = None
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    allowed_origins: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    smtp_url: Annotated[SecretStr, AfterValidator(_is_server)]
    mail_from: Annotated[str, AfterValidator(_is_sender)]

    @property
    def smtp_server(self) -> SmtpServer:
        return SmtpServer.at(self.smtp_url.get_secret_value())

    @property
    def sender(self) -> Address:
        name, address = parseaddr(self.mail_from)
        return Address(display_name=name, addr_spec=address)
