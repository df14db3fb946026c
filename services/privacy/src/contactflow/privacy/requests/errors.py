"""What can go wrong with a rights request."""

from contactflow.kernel import ConflictError, ContactFlowError, NotFoundError


class RequestNotFoundError(NotFoundError):
    code = "rights_request_not_found"


class NotAvailableError(ContactFlowError, ValueError):
    """A right that cannot be carried out yet."""

    code = "not_available"
    pointer = "/right"


class EvidenceOrCodeError(ContactFlowError, ValueError):
    """An identity is shown in one way, with what that takes."""

    code = "evidence_or_code"


class FutureReceiptError(ContactFlowError):
    """Nothing was received at a time that has not come."""

    code = "received_in_future"
    pointer = "/received_at"


class RequestStateError(ConflictError):
    """Not now: the request has not come so far yet, or is beyond it."""

    code = "rights_request_state"


class ExtensionError(ConflictError):
    """The time is extended once, before it is over."""

    code = "extension_refused"


class ClaimNotFoundError(ContactFlowError):
    """Nobody was listed under this id."""

    code = "claim_not_found"
    pointer = "/claims"


class NoEmailError(ConflictError):
    """There is no address that a code could be sent to."""

    code = "no_email_identifier"


class SeveralIdentifiersError(ConflictError):
    """A code shows that one address is theirs, not that the others are: an officer attests."""

    code = "several_identifiers"
