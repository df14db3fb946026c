"""What can go wrong with a channel."""

from contactflow.kernel import ContactFlowError, NotFoundError, RefusedError


class ChannelNotFoundError(NotFoundError):
    code = "channel_not_found"


class OriginRefusedError(RefusedError):
    code = "origin_not_allowed"


class AgentNotPublishedError(ContactFlowError):
    """Not ours, not there, never published, or deleted: nobody would answer on this channel."""

    code = "agent_not_published"


class AgentNotForChannelError(ContactFlowError):
    """Its definition does not name this kind of channel."""

    code = "agent_not_for_channel"
