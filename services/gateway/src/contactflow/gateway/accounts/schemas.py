"""HTTP shapes that speak of account holders."""

from operator import attrgetter
from typing import Annotated, Final

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from contactflow.vault import Email, IdentityError

LONGEST: Final = 320


def _email(raw: object) -> Email:
    if not isinstance(raw, str) or len(raw) > LONGEST:
        raise IdentityError
    return Email.parse(raw)


EmailAddress = Annotated[
    Email,
    PlainValidator(_email),
    PlainSerializer(attrgetter("value"), return_type=str),
    WithJsonSchema({"type": "string", "format": "email", "examples": ["ada@example.com"]}),
]
