"""A part that is a process of its own."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactflow.testing.ports import free_port
from tools.stack import stack
from tools.stack.daemons import Daemon, Launch
from tools.stack.errors import StackError
from tools.stack.report import console, states
from tools.stack.state import State, recall

SERVER = """
import http.server, sys
http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind="127.0.0.1")
"""


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path)
    yield state
    stack.down(recall(tmp_path))


def a_server(state: State, *, depends: str = "") -> Daemon:
    """Answers 200 at `/`, as a service does at /readyz."""

    def launch() -> Launch:
        port = state.port("server", free_port())
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-u", "-c", SERVER, str(port)]
        return Launch(command, url, [f"{url}/"], depends=depends, metrics=f"{url}/metrics")

    return Daemon("server", state, launch)


def test_it_starts_once(state: State) -> None:
    first, second = a_server(state).start(), a_server(state).start()

    assert (first, second) == (True, False)


def test_who_comes_later_knows_what_runs(state: State) -> None:
    a_server(state).start()

    later = recall(state.home)

    assert [wrong for _, wrong in stack.status(later)] == [None]


def test_it_starts_anew_when_it_is_told_something_else(state: State) -> None:
    a_server(state).start()
    before = state.parts["server"].process

    a_server(state, depends="other secrets").start()

    assert not before.is_alive()
    assert state.parts["server"].process != before


def test_status_names_what_was_killed_with_the_end_of_its_log(state: State) -> None:
    a_server(state).start()
    os.kill(state.parts["server"].process.pid, signal.SIGKILL)
    state.parts["server"].process.wait()

    with console.capture() as said:
        are_well = states(stack.status(state))

    assert not are_well
    assert "has ended" in said.get()
    assert "GET / HTTP" in said.get()


def test_status_names_where_prometheus_reads(state: State) -> None:
    a_server(state).start()

    with console.capture() as said:
        states(stack.status(recall(state.home)))

    assert f"{state.parts['server'].url}/metrics" in said.get().split()


def test_what_was_killed_starts_at_the_address_it_had(state: State) -> None:
    a_server(state).start()
    url = state.parts["server"].url
    os.kill(state.parts["server"].process.pid, signal.SIGKILL)
    state.parts["server"].process.wait()

    a_server(state).start()

    assert state.parts["server"].url == url


def test_one_that_ends_at_once_says_why(state: State) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such luck')"]
    launch = Launch(command, "nowhere", ["http://127.0.0.1:9/"])

    with pytest.raises(StackError, match="no such luck"):
        Daemon("server", state, lambda: launch).start()


def test_one_that_ignores_the_request_is_killed_and_named(state: State) -> None:
    a_server(state).start()
    process = state.parts["server"].process
    os.kill(process.pid, signal.SIGSTOP)

    is_gone_by_itself = process.wait(patience=0.1)

    assert not is_gone_by_itself
    assert not process.is_alive()


def test_down_forgets_what_it_stopped(state: State) -> None:
    a_server(state).start()

    stubborn = stack.down(state)

    assert stubborn == []
    assert not recall(state.home).parts
