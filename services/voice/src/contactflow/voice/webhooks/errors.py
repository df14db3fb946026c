"""What can go wrong with a webhook."""

from contactflow.kernel import RefusedError


class BadSignatureError(RefusedError):
    """It is not the carrier's, or not what the carrier sent."""

    code = "bad_signature"
