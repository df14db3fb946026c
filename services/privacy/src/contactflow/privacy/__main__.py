"""python -m contactflow.privacy api | worker | all | migrate | deadletters | audit."""

from pathlib import Path

from contactflow.privacy.app import create_app
from contactflow.privacy.audit.command import AUDIT
from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.worker import parts, resuming
from contactflow.runtime import Service, main

MIGRATIONS = Path(__file__).with_name("migrations")

if __name__ == "__main__":
    main(
        Service(
            "privacy",
            PrivacySettings,
            create_app,
            parts,
            MIGRATIONS,
            (AUDIT,),
            catching_up=resuming,
        )
    )
