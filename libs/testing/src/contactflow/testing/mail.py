"""A real SMTP server that keeps every e-mail as a file that any mail program opens."""

import contextlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as WRITTEN
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from contactflow.kernel import new_id
from contactflow.testing.ports import LOCAL, free_port

OK = "250 OK"
CODE = re.compile(r"^ *(\d{8})$", re.MULTILINE)
Command = Literal["MAIL", "RCPT", "DATA"]


class MailServer:
    """On 127.0.0.1, in a thread of its own. `folder` gets a file for each e-mail that it took.

    `options` are aiosmtpd's: TLS, a log-in.
    """

    def __init__(self, folder: Path, port: int = 0, **options: Any) -> None:
        self.folder, self.port = folder, port or free_port()
        self._planned: list[tuple[Command, str]] = []
        self._options, self._running = options, contextlib.ExitStack()

    @property
    def url(self) -> str:
        return f"smtp://{LOCAL}:{self.port}"

    def start(self) -> None:
        """Once more after `stop`, too: then with what it had."""
        self.folder.mkdir(parents=True, exist_ok=True)
        controller = Controller(self, LOCAL, self.port, **self._options)
        controller.start()
        self._running.callback(controller.stop)

    def stop(self) -> None:
        """Nobody answers there from here on."""
        self._running.close()

    def plan(self, command: Command, answer: str) -> None:
        """Answer this, once, the next time that command comes: `450 4.2.1 Later`."""
        self._planned.append((command, answer))

    def mails(self, to: str | None = None) -> list[EmailMessage]:
        """What it took, in order; or only what it took for one address."""
        files = sorted(self.folder.glob("*.eml"))
        read = [message_from_bytes(one.read_bytes(), policy=WRITTEN) for one in files]
        return [one for one in read if to in {None, one["Delivered-To"]}]

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name and arguments
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._answer("MAIL")

    async def handle_RCPT(  # noqa: N802  as above
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT")

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        answer = self._answer("DATA")
        if answer == OK:
            self._keep(envelope)
        return answer

    def _answer(self, command: Command) -> str:
        for planned in self._planned:
            if planned[0] == command:
                self._planned.remove(planned)
                return planned[1]
        return OK

    def _keep(self, envelope: Envelope) -> None:
        """Under its name only once it is whole."""
        path = self.folder / f"{new_id()}.eml"
        to = "".join(f"Delivered-To: {one}\r\n" for one in envelope.rcpt_tos)
        path.with_suffix(".new").write_bytes(to.encode() + (envelope.original_content or b""))
        path.with_suffix(".new").rename(path)


@contextlib.contextmanager
def a_mail_server(folder: Path, **options: Any) -> Iterator[MailServer]:
    """One that runs until the end of the block."""
    server = MailServer(folder, **options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def words(mail: EmailMessage) -> str:
    """What somebody reads who wants plain text."""
    body = mail.get_body(("plain",))
    return body.get_content().replace("\r\n", "\n") if body else ""


def code_in(mail: EmailMessage) -> str:
    """The one-time code. Raises AssertionError without one."""
    found = CODE.search(words(mail))
    if found is None:
        raise AssertionError("no code")
    return found[1]
