"""A whole stack: PostgreSQL, Kafka and the services, with a language model that is elsewhere."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from contactflow.testing.kafka_server import kit
from contactflow.testing.waiting import until
from tools.stack import services, stack
from tools.stack.engines import traces_dir
from tools.stack.preflight import Machine
from tools.stack.probes import trouble
from tools.stack.settings import Settings
from tools.stack.state import State, load, recall
from tools.stack.traces import Kept


@pytest.fixture(scope="module")
def settings(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    kit(cache / "kafka")
    home = tmp_path_factory.mktemp("home")
    (home / "kafka").mkdir()
    (home / "kafka" / "jars").symlink_to(cache / "kafka" / "jars")
    return Settings(home, openai_base_url="http://127.0.0.1:9/v1", openai_model="none")


@pytest.fixture(scope="module")
def state(settings: Settings) -> Iterator[State]:
    try:
        stack.up(settings, Machine())
        yield recall(settings.home)
    finally:
        stack.reset(recall(settings.home))


def test_every_service_is_up_and_well(state: State) -> None:
    found = {part.name: wrong for part, wrong in stack.status(state)}

    expected = {*services.startable(), "postgres", "kafka", "mail", "traces"}
    assert found == dict.fromkeys(expected)


def test_every_service_is_measured_and_traced(settings: Settings, state: State) -> None:
    measured = {name: trouble(state.parts[name].metrics) for name in services.startable()}
    kept = Kept(traces_dir(settings.home))

    def told() -> bool:
        return {f"{name}-all" for name in measured} <= {one.process for one in kept.spans()}

    assert measured == dict.fromkeys(services.startable())
    assert asyncio.run(until(told, longest=30))


def test_up_again_is_quick_and_starts_nothing(settings: Settings, state: State) -> None:
    begun = time.monotonic()

    stack.up(settings, Machine())

    assert time.monotonic() - begun < 3
    assert recall(settings.home).parts == state.parts


def test_the_description_names_what_runs(settings: Settings, state: State) -> None:
    said = load(settings.home)

    assert said["kafka"]["pid"] == state.parts["kafka"].process.pid
    assert said["services"].keys() == set(services.startable())
    assert said["postgres"]["urls"].keys() == said["services"].keys()
    assert said["mail_dir"] == str(settings.home / "mail")
    assert said["traces_dir"] == str(settings.home / "traces")
    assert "demo" in json.dumps(said)


def test_a_killed_service_is_named_and_comes_back_where_it_was(
    settings: Settings, state: State
) -> None:
    victim = state.parts[services.startable()[-1]]
    os.kill(victim.process.pid, signal.SIGKILL)
    victim.process.wait()

    found = {part.name: wrong for part, wrong in stack.status(state)}
    stack.up(settings, Machine())
    again = recall(settings.home).parts[victim.name]

    assert [name for name, wrong in found.items() if wrong] == [victim.name]
    assert again.url == victim.url
    assert again.process != victim.process


def test_down_leaves_no_process(settings: Settings, state: State) -> None:
    before = recall(settings.home).parts

    stubborn = stack.down(recall(settings.home))

    assert stubborn == []
    assert not [one for one in before.values() if one.process.is_alive()]
    assert not [one for one in psutil.process_iter(["cmdline"]) if _is_of(settings.home, one)]


def _is_of(home: Path, process: psutil.Process) -> bool:
    return str(home) in " ".join(process.info["cmdline"] or [])
