"""What can go wrong with the making of a summary."""

from contactflow.kernel import ContactFlowError


class SummaryRefusedError(ContactFlowError):
    """The model does not take the call, or not from us: that passes when somebody sees to it."""

    code = "summary_refused"
