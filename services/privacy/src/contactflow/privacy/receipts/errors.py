"""What can go wrong with a receipt."""

from contactflow.kernel import ConflictError


class ReceiptPendingError(ConflictError):
    """Nothing is receipted before it is completed."""

    code = "receipt_pending"
