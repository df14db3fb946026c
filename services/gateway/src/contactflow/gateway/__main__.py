"""python -m contactflow.gateway api | worker | all | migrate | deadletters | appoint."""

from pathlib import Path

from contactflow.gateway.app import create_app
from contactflow.gateway.commands import APPOINT
from contactflow.gateway.participant import PARTICIPANT
from contactflow.gateway.settings import GatewaySettings
from contactflow.gateway.worker import parts
from contactflow.runtime import Service, main

MIGRATIONS = Path(__file__).with_name("migrations")

if __name__ == "__main__":
    main(
        Service("gateway", GatewaySettings, create_app, parts, MIGRATIONS, (APPOINT,), PARTICIPANT)
    )
