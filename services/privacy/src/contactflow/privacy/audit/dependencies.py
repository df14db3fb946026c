"""What an audit endpoint may ask for, and the scope it needs."""

from typing import Annotated

from contactflow.persistence import Work
from contactflow.web import requires

AuditRead = Annotated[Work, requires("privacy:read")]
