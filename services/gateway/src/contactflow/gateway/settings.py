"""What gateway's processes read from their environment."""

from typing import Annotated

from pydantic import BeforeValidator

from contactflow.runtime import Settings


def _listed(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


class GatewaySettings(Settings):
    """`public_url` is where browsers find us; an https one makes cookies secure.

    `allowed_origins` (separated by spaces) are pages elsewhere that may use the session cookie.
    """

    public_url: str | None = None
    allowed_origins: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
