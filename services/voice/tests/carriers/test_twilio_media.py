"""Twilio's media socket."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from contactflow.voice.carriers.media import MediaSocket
from contactflow.voice.carriers.twilio.media import TwilioAudio
from services.voice.tests.carriers.media_suite import MediaSuite, Talk

START: dict[str, Any] = {
    "event": "start",
    "sequenceNumber": "1",
    "streamSid": "MZ1",
    "start": {
        "streamSid": "MZ1",
        "accountSid": "AC1",
        "callSid": "CA1",
        "tracks": ["inbound"],
        "customParameters": {},
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    },
}


class TestTwilio(MediaSuite):
    KIND: ClassVar[type[MediaSocket]] = TwilioAudio
    CALL = "CA1"
    START = START
    ENVELOPE: ClassVar[Mapping[str, str]] = {"streamSid": "MZ1"}

    @pytest.mark.parametrize(
        "wrong", [{"encoding": "audio/opus"}, {"sampleRate": 16000}, {"channels": 2}]
    )
    async def test_another_format_is_refused(self, talk: Talk, wrong: dict[str, Any]) -> None:
        spoken = {**START["start"]["mediaFormat"], **wrong}
        await talk.tell({**START, "start": {**START["start"], "mediaFormat": spoken}})

        assert await talk.end() == "LineRefusedError not_the_protocol"
