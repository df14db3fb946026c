"""Processes that outlive who started them."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tools.stack.processes import Process, spawn
from tools.stack.settings import passed_on

WITHOUT_ITS_FIRST_THREAD = """
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
ctypes.CDLL(None).pthread_exit(None)
"""


@pytest.fixture
def headless(tmp_path: Path) -> Iterator[Process]:
    """As each server is for a moment when it is killed in the middle of a request."""
    command = [sys.executable, "-c", WITHOUT_ITS_FIRST_THREAD]
    process = spawn(command, env=passed_on(), cwd=tmp_path, log=tmp_path / "log")
    while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    yield process
    process.kill()


def test_one_that_lost_its_first_thread_still_runs(headless: Process) -> None:
    assert headless.is_alive()


def test_one_that_only_waits_for_its_parent_has_ended(headless: Process) -> None:
    headless.kill()

    assert psutil.Process(headless.pid).status() == psutil.STATUS_ZOMBIE
    assert not headless.is_alive()
