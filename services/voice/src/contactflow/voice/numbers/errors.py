"""What can go wrong with a phone number."""

from contactflow.kernel import ConflictError, ContactFlowError, NotFoundError


class PhoneNumberNotFoundError(NotFoundError):
    code = "phone_number_not_found"


class PhoneNumberExistsError(ConflictError):
    code = "phone_number_exists"


class AgentNotPublishedError(ContactFlowError):
    """Not ours, not there, never published, or deleted: nobody would answer here."""

    code = "agent_not_published"


class HandoverToItselfError(ContactFlowError):
    """Callers would be sent round and round."""

    code = "handover_to_itself"


class AgentNotForChannelError(ContactFlowError):
    """Its definition does not say that it answers on the phone."""

    code = "agent_not_for_channel"
