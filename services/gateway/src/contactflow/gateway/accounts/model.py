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
    Person,
    Personal,
    Retention,
    neutral,
    one,
    sealed,
    unsealed,
)


class Newcomer(NamedTuple):
    """Who opens an account. Their address is not verified, and nothing relies on it."""

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

    @classmethod
    def open(cls, person: Person, new: Newcomer, *, password_hash: str, at: datetime) -> Self:
        account = cls(password_hash=password_hash, locale=new.locale, created_at=at)
        account.about(person, new_id())
        account.name, account.email = new.name, new.email.value
        return account
