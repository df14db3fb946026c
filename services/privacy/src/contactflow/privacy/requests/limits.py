"""How often people are written to, whoever asks for it."""

from datetime import timedelta
from typing import Final

from contactflow.web.limits import Rate

TO_ADDRESS: Final = Rate("rights_requests_address", 5, timedelta(hours=1))
