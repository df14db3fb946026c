"""HTTP shapes of accounts and sessions."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from contactflow.gateway.accounts.model import Newcomer, Wish
from contactflow.gateway.accounts.passwords import LONGEST, SHORTEST
from contactflow.gateway.accounts.schemas import EmailAddress
from contactflow.gateway.workspaces.roles import Role
from contactflow.kernel import Locale
from contactflow.vault.onetime import LIFE, WRITTEN
from contactflow.web import Shape, YesOrNo, public_id

UserId = Annotated[UUID, public_id("usr")]
WorkspaceId = Annotated[UUID, public_id("ws")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S", examples=["Ada Lovelace"])]
NewPassword = Annotated[
    SecretStr,
    Field(min_length=SHORTEST, max_length=LONGEST, examples=["correct horse battery staple"]),
]
Password = Annotated[
    SecretStr, Field(max_length=LONGEST, examples=["correct horse battery staple"])
]

# A name stands in e-mails: on one line, with something and nothing else that can be seen.
UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
WorkspaceName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=rf"^[^{UNSEEN}]*[^\s{UNSEEN}][^{UNSEEN}]*$",
        examples=["Blue Bakery"],
    ),
]
Code = Annotated[str, Field(pattern=WRITTEN, examples=["04712836"])]


class SignUpIn(Shape):
    name: Name
    email: EmailAddress
    password: NewPassword
    workspace_name: WorkspaceName
    locale: Locale = "en"
    adult: Annotated[Literal[True], YesOrNo]

    @property
    def wish(self) -> Wish:
        newcomer = Newcomer(self.name, self.email, self.locale, self.workspace_name)
        return Wish(newcomer, self.password.get_secret_value())


class LoginIn(Shape):
    email: EmailAddress
    password: Password


class CodeIn(Shape):
    code: Code


class PasswordResetIn(Shape):
    email: EmailAddress


class NewPasswordIn(PasswordResetIn):
    code: Code
    password: NewPassword


class CodeSentOut(Shape):
    expires_in: Annotated[int, Field(description="Seconds that a code is good for.")] = int(
        LIFE.total_seconds()
    )


class UserOut(Shape):
    id: UserId
    name: Annotated[str, Field(examples=["Ada Lovelace"])]
    email: Annotated[str, Field(examples=["ada@example.com"])]
    verified: Annotated[bool, Field(description="Whether they read what is sent to it.")]
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
