"""Which columns hold personal data: declared once, read by sealing, export and retention."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import MappedColumn, mapped_column

from contactflow.persistence import NOTHING_PERSONAL


class Category(StrEnum):
    """What kind of personal data a column holds; the privacy map is made from it."""

    IDENTITY = "identity"
    CONTACT_DETAILS = "contact_details"
    PREFERENCE = "preference"
    CONTENT = "content"
    PSEUDONYM = "pseudonym"


class Retention(StrEnum):
    """Which period of the workspace's retention policy applies to a column."""

    CRM = "crm"
    CHAT = "chat"
    CALL = "call"
    ACCOUNT = "account"
    ABUSE = "abuse"
    DELIVERY = "delivery"
    RIGHTS = "rights"
    SUPPRESSION = "suppression"


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of a personal column."""

    field_id: str
    category: Category
    retention: Retention
    is_sealed: bool


REGISTRY: dict[str, Declared] = {}


def declare(declared: Declared) -> Declared:
    """Enter a column. Raises ValueError when its id is another's: both would be bound alike."""
    if declared.field_id in REGISTRY:
        raise ValueError(declared.field_id)
    REGISTRY[declared.field_id] = declared
    return declared


def unsealed(
    field_id: str, category: Category, retention: Retention = Retention.CRM, **options: Any
) -> MappedColumn[Any]:
    """A personal column that is stored as it is, because SQL must compare it."""
    declared = declare(Declared(field_id, category, retention, is_sealed=False))
    return mapped_column(info={"personal": declared}, **options)


def lives_by(child: str) -> dict[Any, Any]:
    """`info` of a table about nobody, of which a row goes with the last of its rows in `child`."""
    return {"lives_by": child}


OUTLIVES: Final[dict[Any, Any]] = {"lives_by": None}
"""`info` of a table about nobody that stays when the rows about people that name it are gone."""


def neutral(**options: Any) -> MappedColumn[Any]:
    """A column that says nothing about a person."""
    return mapped_column(info=NOTHING_PERSONAL, **options)
