"""What can go wrong with the making of a summary."""


class SummaryRefusedError(Exception):
    """The model does not take the call, or not from us: that passes when somebody sees to it."""
