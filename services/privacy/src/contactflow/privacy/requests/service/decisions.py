"""What whoever decides on a request says."""

from typing import NamedTuple

from contactflow.persistence import Expected
from contactflow.privacy.requests.model import ReasonCode


class Refusal(NamedTuple):
    reason_code: ReasonCode
    text: str | None


class Decision(NamedTuple):
    """Who decides, having read which version (None: any)."""

    by: str
    version: Expected = None
