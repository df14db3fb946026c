"""python -m contactflow.crm api | worker | all | migrate | deadletters."""

from pathlib import Path

from contactflow.crm.app import create_app
from contactflow.crm.participant import PARTICIPANT
from contactflow.crm.worker import parts
from contactflow.runtime import Service, Settings, main

MIGRATIONS = Path(__file__).with_name("migrations")

if __name__ == "__main__":
    main(Service("crm", Settings, create_app, parts, MIGRATIONS, participant=PARTICIPANT))
