"""HTTP shapes of accounts and sessions."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, PlainValidator, SecretStr, WithJsonSchema

from contactflow.gateway.accounts.model import Newcomer, Wish
from contactflow.gateway.accounts.passwords import LONGEST, SHORTEST
from contactflow.gateway.workspaces.roles import Role
from contactflow.kernel import Locale
from contactflow.vault import Email, IdentityError
from contactflow.web import Shape, public_id

LONGEST_EMAIL = 320


def _email(raw: object) -> Email:
    if not isinstance(raw, str) or len(raw) > LONGEST_EMAIL:
        raise IdentityError
    return Email.parse(raw)


UserId = Annotated[UUID, public_id("usr")]
WorkspaceId = Annotated[UUID, public_id("ws")]
EmailIn = Annotated[
    Email,
    PlainValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "examples": ["ada@example.com"]}),
]
Text = Annotated[str, Field(min_length=1, max_length=200, examples=["Ada Lovelace"])]
NewPassword = Annotated[
    SecretStr,
    Field(min_length=SHORTEST, max_length=LONGEST, examples=["correct horse battery staple"]),
]
Password = Annotated[
    SecretStr, Field(max_length=LONGEST, examples=["correct horse battery staple"])
]


class SignUpIn(Shape):
    name: Text
    email: EmailIn
    password: NewPassword
    workspace_name: Annotated[str, Field(min_length=1, max_length=200, examples=["Blue Bakery"])]
    locale: Locale = "en"
    adult: Literal[True]

    @property
    def wish(self) -> Wish:
        newcomer = Newcomer(self.name, self.email, self.locale, self.workspace_name)
        return Wish(newcomer, self.password.get_secret_value())


class LoginIn(Shape):
    email: EmailIn
    password: Password


class UserOut(Shape):
    id: UserId
    name: Text
    email: Annotated[str, Field(examples=["ada@example.com"])]
    locale: Locale


class WorkspaceOut(Shape):
    id: WorkspaceId
    name: Annotated[str, Field(examples=["Blue Bakery"])]
    locale: Locale
    legal_role: Literal["processor", "controller"]


class BelongingOut(Shape):
    id: WorkspaceId
    name: Annotated[str, Field(examples=["Blue Bakery"])]
    role: Role


class SignedUpOut(Shape):
    user: UserOut
    workspace: WorkspaceOut


class LoggedInOut(Shape):
    user: UserOut
    workspaces: tuple[BelongingOut, ...]


class MeOut(Shape):
    user: UserOut
    workspace: WorkspaceOut | None
    role: Role | None
    scopes: Annotated[tuple[str, ...], Field(examples=[["agents:read", "contacts:read"]])]
