"""What can go wrong with the agent that is to answer somewhere."""

from contactflow.kernel import ContactFlowError


class AgentNotPublishedError(ContactFlowError):
    """Not ours, not there, never published, or deleted: nobody would answer."""

    code = "agent_not_published"


class AgentNotForChannelError(ContactFlowError):
    """Its definition does not name this kind of channel."""

    code = "agent_not_for_channel"
