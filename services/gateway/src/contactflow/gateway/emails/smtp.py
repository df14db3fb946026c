"""The next mail server, asked over SMTP."""

import asyncio
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    send,
)

from contactflow.gateway.emails.model import Outcome

PORTS: Final = {"smtp": 587, "smtps": 465}
PERMANENT: Final = 500  # RFC 5321, section 4.2.1
STEP: Final = 20.0  # seconds for one answer
WHOLE: Final = 60.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where e-mails are handed in. `smtps` speaks TLS from the first byte, else STARTTLS upgrades.

    On this machine certificates are not looked at. Elsewhere they are, and a password is told to
    nobody who offers no encryption.
    """

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """From smtp://user:password@host:port. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:port, or smtps://")
        user, password = (unquote(one) if one else None for one in (parts.username, parts.password))
        port = parts.port or PORTS[parts.scheme]
        return cls(parts.hostname, port, parts.scheme == "smtps", user, password)

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def start_tls(self) -> bool | None:
        """Whether to insist on STARTTLS; None takes it where it is offered."""
        if self.tls:
            return False
        return True if self.user and not self.is_here else None


class SmtpPostman:
    """Hands e-mails to the server, a connection each. Says how it came out; raises nothing."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def deliver(self, message: EmailMessage) -> Outcome:
        """Refused is what the server refuses for good of this e-mail; else it may take it later."""
        try:
            async with asyncio.timeout(WHOLE):
                await self._send(message)
        except SMTPRecipientsRefused as refused:
            return _outcome(refused.recipients[0].code)
        except (SMTPSenderRefused, SMTPDataError) as refused:
            return _outcome(refused.code)
        except SMTPResponseException as refused:
            return Outcome("not_now", f"smtp_{refused.code}")
        except (SMTPException, OSError):
            return Outcome("not_now", "unreachable")
        return Outcome("sent")

    async def _send(self, message: EmailMessage) -> None:
        server = self._server
        await send(
            message,
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            local_hostname=message["From"].addresses[0].domain,
            use_tls=server.tls,
            start_tls=server.start_tls,
            validate_certs=not server.is_here,
            timeout=STEP,
        )


def _outcome(code: int) -> Outcome:
    return Outcome("refused" if code >= PERMANENT else "not_now", f"smtp_{code}")
