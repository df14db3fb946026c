"""What can go wrong with a model, in codes only: no error carries a word that it wrote or read.

UnavailableError
└── ModelUnavailableError  no answer now; later there may be one
ContactFlowError
└── ModelNonsenseError     an answer that nobody should read
"""

from typing import Literal

from contactflow.kernel import ContactFlowError, UnavailableError

Unavailable = Literal["unreachable", "limited", "failing", "refused", "slow", "cut"]
Nonsense = Literal["empty", "endless", "repeating", "filtered", "unknown_tool", "bad_arguments"]


class ModelUnavailableError(UnavailableError):
    """The model does not answer now.

    Nobody is there (`unreachable`), too many ask (`limited`), 5xx (`failing`), any other refusal,
    such as of a wrong key (`refused`), out of time (`slow`), or the stream broke off (`cut`).
    """

    code = "model_unavailable"

    def __init__(self, reason: Unavailable) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class ModelNonsenseError(ContactFlowError):
    """The model answers, but not like this.

    Nothing at all (`empty`), no end within the budget (`endless`), the same again and again
    (`repeating`), stopped by the provider's filter (`filtered`), a tool that nobody offered
    (`unknown_tool`), or arguments that it does not take (`bad_arguments`).
    """

    code = "model_nonsense"

    def __init__(self, reason: Nonsense) -> None:
        super().__init__(reason=reason)
        self.reason = reason
