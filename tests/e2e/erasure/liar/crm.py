"""A build of crm whose eraser counts and deletes nothing; it says that it has.

python -m tests.e2e.erasure.liar.crm worker
"""

from contactflow.crm.__main__ import MIGRATIONS
from contactflow.crm.app import create_app
from contactflow.crm.participant import PARTICIPANT
from contactflow.crm.worker import parts
from contactflow.erasure import deleting, eraser
from contactflow.runtime import Service, Settings, main

if __name__ == "__main__":
    vars(eraser)["remove"] = deleting.count
    main(Service("crm", Settings, create_app, parts, MIGRATIONS, participant=PARTICIPANT))
