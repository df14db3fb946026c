"""What the stack remembers."""

import socket
import stat
from pathlib import Path

import pytest

from contactflow.testing.ports import free_port
from tools.stack.errors import StackError
from tools.stack.keys import secrets
from tools.stack.state import State, alone, load, recall, write_private


def test_a_port_is_kept(tmp_path: Path) -> None:
    wanted = free_port()
    State(tmp_path).port("kafka", wanted)

    assert recall(tmp_path).port("kafka", 1) == wanted


def test_a_port_that_somebody_took_is_replaced(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1]

        found = State(tmp_path).port("kafka", wanted)

    assert found != wanted


def test_two_parts_that_want_one_port_get_two(tmp_path: Path) -> None:
    state, wanted = State(tmp_path), free_port()

    assert state.port("kafka", wanted) != state.port("postgres", wanted)


def test_secrets_are_made_once_and_only_we_read_them(tmp_path: Path) -> None:
    made = secrets(tmp_path, ["crm"])

    assert secrets(tmp_path, ["crm"]) == made
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_service_that_is_added_gets_its_own_and_changes_nobody_else(tmp_path: Path) -> None:
    before = secrets(tmp_path, ["crm"])

    after = secrets(tmp_path, ["chat", "crm"])

    assert after.services["crm"] == before.services["crm"]
    assert after.indexes == before.indexes
    assert after.services["chat"]["root_key"] != after.services["crm"]["root_key"]


def test_public_keys_are_public(tmp_path: Path) -> None:
    keys = secrets(tmp_path, ["crm"]).public_keys()

    assert keys["crm"].keys() == {"kty", "crv", "x"}


def test_only_one_works_on_a_stack(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(StackError, match="Another command"), alone(tmp_path):
        pass


def test_without_a_stack_the_next_command_is_said(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="make up"):
        load(tmp_path)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_private(tmp_path / "stack.json", {"gateway_url": "http://127.0.0.1:8080"})

    assert load(tmp_path)["gateway_url"] == "http://127.0.0.1:8080"
