"""HTTP shapes of sessions."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from contactflow.chat.conversations.participants import Claims
from contactflow.chat.conversations.schemas import ConversationId, MessageOut, Text
from contactflow.kernel import Locale
from contactflow.vault import Email, Phone
from contactflow.web import Shape


def _email(raw: str) -> str:
    return Email.parse(raw).value


def _phone(raw: str) -> str:
    return Phone.parse(raw).value


Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S", examples=["Ada"])]
EmailIn = Annotated[
    str, Field(max_length=320, examples=["ada@example.com"]), AfterValidator(_email)
]
PhoneIn = Annotated[str, Field(max_length=50, examples=["+33612345678"]), AfterValidator(_phone)]
ClientMessageId = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$", examples=["0c2f6a1e-5a77-4d0e-9b53-2f1f0f6c8f11"]),
]


class VisitorIn(Shape):
    """What a visitor says of themselves."""

    name: Name | None = None
    email: EmailIn | None = None
    phone: PhoneIn | None = None

    @property
    def claims(self) -> Claims:
        return {"name": self.name, "email": self.email, "phone": self.phone}


class SessionIn(Shape):
    channel_key: Annotated[
        str, Field(min_length=1, max_length=100, examples=["cf_web_5mYp0pXo6w5Nf2lB9q1uE3aD"])
    ]
    locale: Locale | None = None
    visitor: VisitorIn = VisitorIn()


class DisclosureOut(Shape):
    text: Annotated[str, Field(examples=["You are talking to an AI assistant."])]
    locale: Locale


class SessionOut(Shape):
    token: Annotated[str, Field(examples=["q0bJv4sT1nYp8wKxZ3rLmD2cFhGaE6uQ7iVoB5tRyNk"])]
    conversation_id: ConversationId
    expires_at: datetime
    disclosure: DisclosureOut


class VisitorMessageIn(Shape):
    text: Text
    client_message_id: ClientMessageId


class AcceptedOut(Shape):
    message: MessageOut


class MessagesOut(Shape):
    """Oldest first; go on after the last one's `seq`."""

    data: tuple[MessageOut, ...]
