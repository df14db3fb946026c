"""What is missing on a machine is said in plain sentences."""

import stat
from pathlib import Path

import pytest

from tools.stack.errors import StackError
from tools.stack.preflight import GB, Machine, Needs, check, missing

ALL = Needs(java=True, maven=True, disk=GB, home=Path("/tmp"), npm=True)


def a_java(folder: Path, version: str) -> str:
    path = folder / "java"
    path.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_machine_with_everything_hears_nothing(tmp_path: Path) -> None:
    java = a_java(tmp_path, "17.0.15")

    sentences = list(missing(ALL, Machine(find=lambda _: java, free=lambda _: 2 * GB)))

    assert sentences == []


def test_an_empty_machine_hears_a_sentence_for_each() -> None:
    machine = Machine(find=lambda _: None, free=lambda _: 0)

    java, maven, npm, disk = missing(ALL, machine)

    assert java.startswith("Java is missing")
    assert maven.startswith("Maven is missing")
    assert npm.startswith("npm is missing")
    assert "needs 1.0 GB of free disk and has 0.0" in disk


@pytest.mark.parametrize("version", ["11.0.2", "1.8.0_392"])
def test_an_old_java_is_told_its_age(tmp_path: Path, version: str) -> None:
    java = a_java(tmp_path, version)

    [sentence] = missing(ALL, Machine(find=lambda _: java, free=lambda _: 2 * GB))

    assert f"Java {version.split('.', maxsplit=1)[0]} is too old" in sentence


def test_no_port_is_a_sentence_too() -> None:
    def none() -> int:
        raise OSError

    needs = Needs(java=False, maven=False, disk=0, home=Path("/tmp"))

    [sentence] = missing(needs, Machine(port=none))

    assert "No port" in sentence


def test_what_runs_elsewhere_is_not_asked_for() -> None:
    needs = Needs(java=False, maven=False, disk=0, home=Path("/tmp"))

    check(needs, Machine(find=lambda _: None))


def test_the_check_stops_with_all_sentences() -> None:
    with pytest.raises(StackError, match=r"Java is missing[\s\S]*Maven is missing"):
        check(ALL, Machine(find=lambda _: None, free=lambda _: 2 * GB))
