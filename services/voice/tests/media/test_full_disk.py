"""The disk of the object store is full during a call."""

import logging
from functools import partial
from pathlib import Path

import pytest

from contactflow.testing.disks import Disk
from contactflow.testing.waiting import until
from contactflow.voice.recordings.segments import FOLDER, SIZE
from services.voice.tests.media.studio import RECORDINGS, STORED, Studio
from services.voice.tests.players import Twilio


@pytest.fixture
def shelf(disk: Disk) -> Path:
    return disk.folder


def objects(disk: Disk) -> list[Path]:
    return [one for one in (disk.folder / FOLDER).rglob("*") if one.is_file()]


async def test_a_recording_on_a_full_disk_is_stored_whole_once_there_is_room(
    recording: Studio, twilio: Twilio, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    disk.fill()
    async with recording.call(twilio) as caller:
        await caller.answered()
        await caller.press("1")
        await until(partial(recording.rows, RECORDINGS), longest=20)
        await until(lambda: "call.store_failed" in caplog.messages)
        await caller.hang_up()
    half = objects(disk)
    disk.make_room()
    await recording.over(twilio, longest=30)

    [kept] = await until(partial(recording.rows, RECORDINGS))
    [stored] = await recording.rows(STORED)
    assert half == []
    assert kept.state == "stored"
    assert stored.body["bytes"] == kept.bytes >= SIZE  # what was refused is part of it
    assert sum(one.stat().st_size for one in objects(disk)) >= kept.bytes
