"""Reading receipts."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from contactflow.persistence import Work
from contactflow.privacy.receipts.errors import ReceiptPendingError
from contactflow.privacy.receipts.model import StoredReceipt
from contactflow.privacy.receipts.schemas import ReceiptOut


async def one(work: Work, request_id: UUID, *, status: str) -> ReceiptOut:
    """Raises ReceiptPendingError while there is none."""
    found = await signed(work, request_id)
    if found is None:
        raise ReceiptPendingError(state=status)
    return ReceiptOut.model_validate(found)


async def signed(work: Work, request_id: UUID) -> dict[str, Any] | None:
    """Exactly as it was signed."""
    wanted = select(StoredReceipt.receipt).where(StoredReceipt.request_id == request_id)
    found: dict[str, Any] | None = await work.session.scalar(wanted)
    return found
