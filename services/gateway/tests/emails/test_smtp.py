"""What a mail server answers, on a real one."""

from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd import smtp

from contactflow.gateway.emails.model import Outcome
from contactflow.gateway.emails.smtp import SmtpPostman, SmtpServer
from contactflow.gateway.emails.writing import Writer
from contactflow.testing.mail import MailServer, a_mail_server
from contactflow.testing.ports import free_port
from services.gateway.tests.emails.letters import a_letter, an_envelope
from services.gateway.tests.emails.tls import a_certificate


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with a_mail_server(tmp_path / "mail") as server:
        yield server


@pytest.fixture
def mail() -> EmailMessage:
    return Writer(Address(addr_spec="no-reply@cf.example")).write(an_envelope(a_letter()))


def postman(url: str) -> SmtpPostman:
    return SmtpPostman(SmtpServer.at(url))


async def test_what_the_server_takes_was_sent(server: MailServer, mail: EmailMessage) -> None:
    assert await postman(server.url).deliver(mail) == Outcome("sent")

    [taken] = server.mails("ada@example.com")
    assert taken["Message-ID"] == mail["Message-ID"]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("answer", "result"), [(550, "refused"), (451, "not_now")])
async def test_a_refusal_is_for_good_or_for_now(
    server: MailServer, mail: EmailMessage, command: str, answer: int, result: str
) -> None:
    server.plan(command, f"{answer} 5.1.1 ada@example.com is not here")  # type: ignore[arg-type]

    outcome = await postman(server.url).deliver(mail)

    assert outcome == Outcome(result, f"smtp_{answer}")  # type: ignore[arg-type]
    assert not server.mails()


async def test_a_server_that_is_not_there_may_come(mail: EmailMessage) -> None:
    nowhere = postman(f"smtp://127.0.0.1:{free_port()}")

    assert await nowhere.deliver(mail) == Outcome("not_now", "unreachable")


async def test_a_server_that_says_goodbye_may_come_back(
    server: MailServer, mail: EmailMessage
) -> None:
    server.plan("RCPT", "421 4.3.2 Closing")

    assert (await postman(server.url).deliver(mail)).result == "not_now"


def only_nora(*said: object) -> smtp.AuthResult:
    nora = smtp.LoginPassword(b"nora", b"p@ss/word")
    return smtp.AuthResult(success=said[-1] == nora, handled=False)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[MailServer]:
    """Lets nobody in without STARTTLS and a password."""
    tls = a_certificate(tmp_path)
    options = {"tls_context": tls, "require_starttls": True, "authenticator": only_nora}
    with a_mail_server(tmp_path / "mail", auth_required=True, **options) as server:
        yield server


@pytest.mark.parametrize(
    ("word", "outcome"),
    [("p%40ss%2Fword", Outcome("sent")), ("wrong", Outcome("not_now", "smtp_535"))],
)
async def test_who_has_a_password_logs_in_under_tls(
    guarded: MailServer, mail: EmailMessage, word: str, outcome: Outcome
) -> None:
    url = guarded.url.replace("://", f"://nora:{word}@")

    assert await postman(url).deliver(mail) == outcome


async def test_tls_from_the_first_byte(tmp_path: Path, mail: EmailMessage) -> None:
    with a_mail_server(tmp_path / "mail", ssl_context=a_certificate(tmp_path)) as server:
        url = server.url.replace("smtp:", "smtps:")

        assert await postman(url).deliver(mail) == Outcome("sent")


async def test_elsewhere_a_certificate_has_to_be_trusted(
    tmp_path: Path, mail: EmailMessage
) -> None:
    with a_mail_server(tmp_path / "mail", ssl_context=a_certificate(tmp_path)) as server:
        named = SmtpServer("127.1", server.port, tls=True)  # not known to be this machine

        assert await SmtpPostman(named).deliver(mail) == Outcome("not_now", "unreachable")


async def test_elsewhere_a_password_is_told_to_nobody_who_can_be_overheard(
    server: MailServer, mail: EmailMessage
) -> None:
    named = SmtpServer("127.1", server.port, tls=False, user="nora", password="secret")

    assert (await SmtpPostman(named).deliver(mail)).result == "not_now"
    assert not server.mails()


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("smtp://mail.example", ("mail.example", 587, False, None)),
        ("smtp://mail.example:25", ("mail.example", 25, False, None)),
        ("smtp://me:pw@mail.example", ("mail.example", 587, False, True)),
        ("smtp://me:pw@127.0.0.1:25", ("127.0.0.1", 25, False, None)),
        ("smtps://me:pw@mail.example", ("mail.example", 465, True, False)),
    ],
)
def test_where_a_server_is_and_what_it_must_offer(url: str, where: tuple[object, ...]) -> None:
    server = SmtpServer.at(url)

    assert (server.host, server.port, server.tls, server.start_tls) == where
    assert server.is_here == ("127" in url)
    assert "pw" not in repr(server)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", ""])
def test_what_is_no_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://"):
        SmtpServer.at(url)
