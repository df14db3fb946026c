"""What may be said of an error that ended something: a code, never its text."""

from contactflow.kernel import ContactFlowError


def code_of(error: BaseException, otherwise: str) -> str:
    """The stable code of an error of ours; of any other error what the caller says."""
    return error.code if isinstance(error, ContactFlowError) else otherwise
