"""crm on a machine whose clock is ten minutes ahead of everybody else's."""

from datetime import datetime, timedelta

from contactflow.crm.app import create_app
from contactflow.crm.participant import PARTICIPANT
from contactflow.crm.worker import parts
from contactflow.kernel import system_clock
from contactflow.runtime import Service, Settings, main
from tools.stack.services import scripts

AHEAD = timedelta(minutes=10)


def early() -> datetime:
    return system_clock() + AHEAD


if __name__ == "__main__":
    service = Service("crm", Settings, create_app, parts, scripts("crm"), participant=PARTICIPANT)
    main(service, clock=early)
