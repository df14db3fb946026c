"""Strangers, each at an address of their own: what is limited, is limited by address."""

import secrets

from httpx import AsyncClient, AsyncHTTPTransport


def somewhere() -> str:
    """An address that nobody else has; all of 127/8 is this machine."""
    return ".".join(["127", *(str(1 + secrets.randbelow(254)) for _ in range(3))])


def passer_by(gateway: str, **headers: str) -> AsyncClient:
    """Somebody at an address of their own."""
    # Nobody shows a certificate here, and to read those that are known takes 20 ms.
    street = AsyncHTTPTransport(local_address=somewhere(), verify=False)
    return AsyncClient(base_url=gateway, headers=headers, timeout=30, transport=street)
