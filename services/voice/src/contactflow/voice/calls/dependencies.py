"""What a calls endpoint may ask for, and the scope it needs."""

from typing import Annotated

from contactflow.persistence import Work
from contactflow.web import requires

CallsRead = Annotated[Work, requires("calls:read")]
TranscriptsRead = Annotated[Work, requires("transcripts:read")]
Internal = Annotated[Work, requires("internal")]
