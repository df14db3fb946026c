"""Ids as the public API writes them."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from contactflow.kernel import MalformedIdError, decode, encode

PREFIXES: Final = {
    "agent_id": "agt",
    "api_key_id": "key",
    "call_id": "call",
    "carrier_id": "car",
    "carrier_webhook_id": "cwh",
    "channel_id": "chn",
    "contact_id": "con",
    "conversation_id": "cnv",
    "message_id": "msg",
    "phone_number_id": "num",
    "rights_request_id": "rr",
    "user_id": "usr",
    "workspace_id": "ws",
}
"""The prefix of every kind of id, by the name it has where it stands beside others."""

EXAMPLE = UUID("01936f2e-7c00-7000-8000-00000000002a")


@dataclass(frozen=True, slots=True)
class PublicId:
    """Reads and writes ids with one prefix; see `public_id`."""

    prefix: str

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        """A TypeID in JSON, a UUID inside; either is read."""
        return core_schema.no_info_plain_validator_function(
            self._read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                partial(encode, self.prefix),
                return_schema=core_schema.str_schema(),
                when_used="json",
            ),
        )

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """How it looks, with an example."""
        return {
            "type": "string",
            "pattern": f"^{self.prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$",
            "examples": [encode(self.prefix, EXAMPLE)],
        }

    def _read(self, value: object) -> UUID:
        if isinstance(value, UUID):
            return value
        if isinstance(value, str):
            return decode(self.prefix, value)
        raise MalformedIdError


def public_id(prefix: str) -> PublicId:
    """Make a UUID a TypeID to the caller.

    Use it as `ContactId = Annotated[UUID, public_id("con")]`.

    In a path a malformed one is the 404 of an unknown one; elsewhere it is a 422.
    """
    return PublicId(prefix)


def told(name: str, value: UUID | str | int) -> str | int:
    """A fact of an error as the caller may read it. Raises KeyError for an id without a prefix."""
    return encode(PREFIXES[name], value) if isinstance(value, UUID) else value
