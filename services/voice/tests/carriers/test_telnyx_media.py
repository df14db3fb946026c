"""Telnyx' media socket."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from contactflow.voice.carriers.media import MediaSocket
from contactflow.voice.carriers.telnyx.media import TelnyxAudio
from services.voice.tests.carriers.media_suite import MediaSuite, Talk

START: dict[str, Any] = {
    "event": "start",
    "sequence_number": "1",
    "stream_id": "32de0dea",
    "start": {
        "call_control_id": "v2:one",
        "client_state": None,
        "media_format": {"encoding": "PCMU", "sample_rate": 8000, "channels": 1},
    },
}


class TestTelnyx(MediaSuite):
    KIND: ClassVar[type[MediaSocket]] = TelnyxAudio
    CALL = "v2:one"
    START = START
    ENVELOPE: ClassVar[Mapping[str, str]] = {}

    @pytest.mark.parametrize(
        "wrong", [{"encoding": "OPUS"}, {"sample_rate": 16000}, {"channels": 2}]
    )
    async def test_another_format_is_refused(self, talk: Talk, wrong: dict[str, Any]) -> None:
        spoken = {**START["start"]["media_format"], **wrong}
        await talk.tell({**START, "start": {**START["start"], "media_format": spoken}})

        assert await talk.end() == "LineRefusedError not_the_protocol"
