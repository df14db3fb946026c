"""What gateway's processes read from their environment."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from contactflow.runtime import Settings


def _listed(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


class GatewaySettings(Settings):
    """`public_url` is where browsers find us; an https one makes cookies secure.

    `trusted_proxies` is how many of our own stand in front, each of which adds the address it was
    asked from to X-Forwarded-For: what stands before those is the client's own invention.
    `allowed_origins` (separated by spaces) are pages elsewhere that may use the session cookie.
    """

    public_url: str | None = None
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    allowed_origins: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
