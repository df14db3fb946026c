"""What each template has to be told."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, model_validator

from contactflow.vault.onetime import WRITTEN

Template = Literal[
    "rights_code",
    "rights_answer",
    "rights_due",
    "rights_extended",
    "email_verification",
    "password_reset",
]
TEMPLATES: Final[tuple[Template, ...]] = get_args(Template)

Code = Annotated[str, Field(pattern=WRITTEN)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Receipt = Annotated[dict[str, JsonValue], Field(min_length=1)]


class Facts(BaseModel):
    """The base of them all. What a template has no use for is not kept."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    @property
    def said(self) -> Mapping[str, Any]:
        """By the names that the templates use."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    @property
    def attached(self) -> Mapping[str, bytes]:
        """JSON files that come with it, by name."""
        return {}


class Coded(Facts):
    """A one-time code."""

    code: Code


class RightsDue(Facts):
    """A request that has to be answered soon; `request_id` as the API writes it."""

    request_id: Text
    due_at: AwareDatetime


class RightsExtended(Facts):
    """A request that takes longer (GDPR, article 12(3)); `reason` in the officer's words.

    They are left out while it is not known whose address it is.
    """

    request_id: Text
    due_at: AwareDatetime
    reason: Text | None = None


class RightsAnswer(Facts):
    """How a request ended. `authority` is the supervisory authority, with how to reach it.

    Completed, with its receipt; or refused, with the code of the reason and, beside it, what the
    officer has to add.
    """

    outcome: Literal["completed", "refused"]
    request_id: Text
    authority: Text
    receipt: Receipt | None = None
    reason_code: Text | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Raises ValueError."""
        needed = self.receipt if self.outcome == "completed" else self.reason_code
        if needed is None:
            raise ValueError("an answer has its receipt, or its reason")
        _ = self.said
        return self

    @property
    def said(self) -> Mapping[str, Any]:
        return {**super().said, "backups_expire_on": self.receipt and _expiry(self.receipt)}

    @property
    def attached(self) -> Mapping[str, bytes]:
        if self.receipt is None:
            return {}
        written = json.dumps(self.receipt, indent=2, ensure_ascii=False)
        return {"receipt.json": written.encode()}


def _expiry(receipt: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(receipt["payload"]["backups_expire_on"])
    except (KeyError, TypeError):
        raise ValueError("a receipt says when backups expire") from None


FACTS: Final[dict[Template, type[Facts]]] = {
    "rights_code": Coded,
    "rights_answer": RightsAnswer,
    "rights_due": RightsDue,
    "rights_extended": RightsExtended,
    "email_verification": Coded,
    "password_reset": Coded,
}
