"""HTTP shapes of outgoing e-mails, for our own services."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, NamedTuple, Self
from uuid import UUID

from pydantic import Field, model_validator

from contactflow.gateway.accounts.schemas import EmailAddress
from contactflow.gateway.emails.facts import FACTS, Template
from contactflow.gateway.emails.model import Letter, Order
from contactflow.kernel import Locale
from contactflow.vault import Email
from contactflow.web import Shape


class Recipient(NamedTuple):
    """Somebody who gets it, in their language."""

    to: Email
    locale: Locale


class EmailIn(Shape):
    """`key` is made of ids that nobody can guess. A role's holders read it in their language."""

    key: Annotated[str, Field(min_length=16, max_length=255)]
    template: Template
    locale: Locale
    to: EmailAddress | None = None
    to_role: Literal["privacy_officer"] | None = None
    facts: dict[str, Any]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.to is None) == (self.to_role is None):
            raise ValueError("to or to_role, one of them")
        FACTS[self.template].model_validate(self.facts)
        return self

    def orders(self, recipients: Iterable[Recipient]) -> Iterator[Order]:
        """One for each of them; the first has the key itself."""
        facts, asked = FACTS[self.template].model_validate(self.facts), self.model_dump_json()
        for number, one in enumerate(recipients):
            key = f"{self.key}\n{number}" if number else self.key
            yield Order(key, Letter(self.template, one.locale, one.to, facts), asked.encode())


class EmailOut(Shape):
    """To a role, the first of as many as have it; nobody has it, none."""

    email_id: UUID | None
