"""What can go wrong with a channel."""

from contactflow.kernel import NotFoundError, RefusedError


class ChannelNotFoundError(NotFoundError):
    code = "channel_not_found"


class OriginRefusedError(RefusedError):
    code = "origin_not_allowed"
