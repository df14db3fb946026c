"""One-time codes: who can say one reads what is sent to an address."""

import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from contactflow.kernel import ContactFlowError

DIGITS: Final = 8
LIFE: Final = timedelta(minutes=10)
TRIES: Final = 5
WRITTEN: Final = rf"^[0-9]{{{DIGITS}}}$"
"""How one is written, for the shape of a request."""


class CodeRejectedError(ContactFlowError):
    """Wrong, expired, tried too often, never sent, or of nothing: nobody is told which."""

    code = "code_rejected"
    pointer = "/code"


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """Eight random digits, good for ten minutes and five tries. Its digits are never printed.

    Keep it in a field of the person whose address it proves: `sealed(one(OneTimeCode), ...)`.
    """

    digits: str = field(repr=False)
    expires_at: datetime
    tries_left: int = TRIES

    @classmethod
    def new(cls, *, at: datetime) -> Self:
        """A fresh one; stored in the place of an older one, it makes that one worthless."""
        return cls(f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", at + LIFE)


def attempt(
    known: OneTimeCode | None, said: str, *, at: datetime
) -> tuple[bool, OneTimeCode | None]:
    """Whether `said` is the code, and what to store in its place.

        right, row.code = attempt(row.code, said, at=at)

    Nothing is left of a code that was right, has expired, or was tried for the fifth time. Load
    the row so that nobody else can try meanwhile, commit what is left also when it was wrong, and
    only then raise CodeRejectedError.
    """
    asked = known or OneTimeCode("", at)
    fits = hmac.compare_digest(asked.digits.encode(), said.encode())
    if at >= asked.expires_at or fits or asked.tries_left <= 1:
        return fits and at < asked.expires_at, None
    return False, replace(asked, tries_left=asked.tries_left - 1)
