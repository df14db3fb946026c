"""What a session promises for later: to forget a visitor who never wrote."""

from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class ForgetVisitor(BaseModel):
    """Whose session is over by then."""

    conversation_id: UUID


FORGET = Promise("chat.visitor.forget", ForgetVisitor)
