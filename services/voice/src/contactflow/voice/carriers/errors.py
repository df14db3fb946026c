"""What can go wrong with a carrier."""

from contactflow.kernel import ConflictError, NotFoundError


class CarrierNotFoundError(NotFoundError):
    code = "carrier_not_found"


class CarrierExistsError(ConflictError):
    code = "carrier_exists"


class CarrierInUseError(ConflictError):
    """Phone numbers hang on it."""

    code = "carrier_in_use"
