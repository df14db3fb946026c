"""python -m contactflow.voice api | worker | media | all | migrate | deadletters."""

from pathlib import Path

from contactflow.runtime import Live, Platform, Service, main
from contactflow.voice.app import create_app
from contactflow.voice.participant import PARTICIPANT
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.worker import parts

MIGRATIONS = Path(__file__).with_name("migrations")


def media(on: Platform[VoiceSettings]) -> Live:
    """LiveKit takes a second and 60 MB, which the other roles do not need."""
    from contactflow.voice.live import live  # noqa: PLC0415  see above

    return live(on)


if __name__ == "__main__":
    main(
        Service(
            "voice",
            VoiceSettings,
            create_app,
            parts,
            MIGRATIONS,
            participant=PARTICIPANT,
            media=media,
        )
    )
