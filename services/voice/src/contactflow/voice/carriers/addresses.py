"""Where carriers call us."""

from uuid import UUID

from contactflow.kernel import encode


def webhooks(public_url: str, kind: str, carrier_id: UUID) -> str:
    """What the addresses of a carrier's webhooks begin with; Telnyx has but this one."""
    return f"{public_url}/webhooks/{kind}/{encode('car', carrier_id)}"
