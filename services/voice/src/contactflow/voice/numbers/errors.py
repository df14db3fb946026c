"""What can go wrong with a phone number."""

from contactflow.kernel import ConflictError, ContactFlowError, NotFoundError


class PhoneNumberNotFoundError(NotFoundError):
    code = "phone_number_not_found"


class PhoneNumberExistsError(ConflictError):
    code = "phone_number_exists"


class HandoverToItselfError(ContactFlowError):
    """Callers would be sent round and round."""

    code = "handover_to_itself"
