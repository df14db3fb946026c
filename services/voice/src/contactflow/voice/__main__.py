"""python -m contactflow.voice api | worker | media | all | migrate | deadletters."""

from pathlib import Path

from contactflow.runtime import Service, main
from contactflow.voice.app import create_app
from contactflow.voice.live import live
from contactflow.voice.participant import PARTICIPANT
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.worker import parts

MIGRATIONS = Path(__file__).with_name("migrations")

if __name__ == "__main__":
    main(
        Service(
            "voice",
            VoiceSettings,
            create_app,
            parts,
            MIGRATIONS,
            participant=PARTICIPANT,
            media=live,
        )
    )
