"""An account: somebody who can log in."""

from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from contactflow.kernel import Locale, new_id
from contactflow.persistence import Base
from contactflow.vault import (
    Category,
    Email,
    OneTimeCode,
    Person,
    Personal,
    Retention,
    attempt,
    neutral,
    one,
    sealed,
    unsealed,
)


class Newcomer(NamedTuple):
    """Who opens an account. Their address is not verified yet, and nothing relies on it."""

    name: str
    email: Email
    locale: Locale
    workspace_name: str


class Wish(NamedTuple):
    """Who wants to open an account, and with which password."""

    newcomer: Newcomer
    password: str


class Account(Personal, Base):
    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("workspace_id", "subject_id"),)

    name = sealed(one(str), "gateway.account.name", Category.IDENTITY, Retention.ACCOUNT)
    email = sealed(one(str), "gateway.account.email", Category.CONTACT_DETAILS, Retention.ACCOUNT)
    password_hash: Mapped[str] = unsealed(
        "gateway.account.password_hash", Category.PSEUDONYM, Retention.ACCOUNT
    )
    locale: Mapped[Locale] = unsealed(
        "gateway.account.locale", Category.PREFERENCE, Retention.ACCOUNT
    )
    created_at: Mapped[datetime] = neutral()
    verified_at: Mapped[datetime | None] = unsealed(
        "gateway.account.verified_at", Category.PSEUDONYM, Retention.ACCOUNT
    )
    verification = sealed(
        one(OneTimeCode), "gateway.account.verification", Category.PSEUDONYM, Retention.ACCOUNT
    )
    reset = sealed(one(OneTimeCode), "gateway.account.reset", Category.PSEUDONYM, Retention.ACCOUNT)

    @classmethod
    def open(cls, person: Person, new: Newcomer, *, password_hash: str, at: datetime) -> Self:
        account = cls(password_hash=password_hash, locale=new.locale, created_at=at)
        account.about(person, new_id())
        account.name, account.email = new.name, new.email.value
        return account

    @property
    def address(self) -> Email:
        """Where its holder is written to."""
        return Email(self.email or "")

    @property
    def verified(self) -> bool:
        """Whether its holder reads what is sent to the address."""
        return self.verified_at is not None

    def verify(self, said: str, *, at: datetime) -> bool:
        """Whether this is the code that was sent; from then on the address is verified."""
        right, self.verification = attempt(self.verification, said, at=at)
        if right:
            self.verified_at = at
        return right

    def replace_password(self, said: str, password_hash: str, *, at: datetime) -> bool:
        """Whether this is the code that was sent: then the address is verified, too."""
        right, self.reset = attempt(self.reset, said, at=at)
        if right:
            self.password_hash, self.verified_at = password_hash, self.verified_at or at
        return right
