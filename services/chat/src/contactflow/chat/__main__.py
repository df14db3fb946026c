"""python -m contactflow.chat api | worker | all | migrate | deadletters."""

from pathlib import Path

from contactflow.chat.app import create_app
from contactflow.chat.participant import PARTICIPANT
from contactflow.chat.settings import ChatSettings
from contactflow.chat.worker import parts
from contactflow.runtime import Service, main

MIGRATIONS = Path(__file__).with_name("migrations")

if __name__ == "__main__":
    main(Service("chat", ChatSettings, create_app, parts, MIGRATIONS, participant=PARTICIPANT))
