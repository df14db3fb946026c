"""The stack's own mail server."""

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.stack import stack
from tools.stack.engines import local_mail, mail_dir
from tools.stack.settings import Settings
from tools.stack.state import State, recall


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path)
    yield state
    stack.down(recall(tmp_path))


def test_an_e_mail_becomes_a_file_that_reset_deletes(state: State) -> None:
    local_mail(state).start()
    told = stack.mail(Settings(state.home), state)

    with smtplib.SMTP(told["SMTP_URL"].removeprefix("smtp://")) as server:
        server.sendmail("no-reply@cf.example", ["ada@example.com"], "Subject: Hello\r\n\r\nAda")

    [mail] = mail_dir(state.home).glob("*.eml")
    assert mail.read_text().startswith("Delivered-To: ada@example.com")
    assert [wrong for _, wrong in stack.status(state)] == [None]
    assert mail_dir(state.home) in stack.reset(recall(state.home))
    assert not mail.exists()


def test_an_outside_server_is_told_instead(state: State) -> None:
    outside = Settings(state.home, smtp_url="smtps://mail.example", mail_from="us@mail.example")

    told = stack.mail(outside, state)

    assert told == {"SMTP_URL": "smtps://mail.example", "MAIL_FROM": "us@mail.example"}
