"""What can be done with rights requests."""

from contactflow.privacy.requests.service.actors import PUBLIC, US
from contactflow.privacy.requests.service.approving import approve
from contactflow.privacy.requests.service.cancelling import cancel, expire
from contactflow.privacy.requests.service.closing import answering, close
from contactflow.privacy.requests.service.decisions import Decision, Refusal
from contactflow.privacy.requests.service.extending import extend
from contactflow.privacy.requests.service.ports import Requests
from contactflow.privacy.requests.service.proving import attest, prove, send_code
from contactflow.privacy.requests.service.receiving import (
    receive,
    receive_by_code,
    receive_from_call,
    receive_from_chat,
)
from contactflow.privacy.requests.service.refusing import refuse
from contactflow.privacy.requests.service.telling import tell_again, told

__all__ = [
    "PUBLIC",
    "US",
    "Decision",
    "Refusal",
    "Requests",
    "answering",
    "approve",
    "attest",
    "cancel",
    "close",
    "expire",
    "extend",
    "prove",
    "receive",
    "receive_by_code",
    "receive_from_call",
    "receive_from_chat",
    "refuse",
    "send_code",
    "tell_again",
    "told",
]
