"""What a database error means to us."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import gaierror

from asyncpg import ForeignKeyViolationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm.exc import StaleDataError

from contactflow.kernel import GoneError, UnavailableError
from contactflow.telemetry import metrics

RETRYABLE = {"40001", "40P01"}
LOCKED = "55P03"
ABSENT = ("08", "53", "57P")  # no connection, no resources, shutting down


class RetryableError(Exception):
    """Another transaction was in the way: run the whole unit of work again."""


class BusyError(UnavailableError):
    """Another transaction was in the way each time, or held a lock for longer than we wait.

    Nothing was changed; the same again may well succeed.
    """

    code = "busy"


class PersonGoneError(GoneError):
    """The person was erased while we wrote about them."""


@contextmanager
def translated() -> Iterator[None]:
    """Deadlock, serialisation failure, lost update: RetryableError. No subject: PersonGoneError.

    A lock that nobody let go of: BusyError. No database: UnavailableError.
    """
    try:
        yield
    except StaleDataError as error:
        raise RetryableError from error
    except DBAPIError as error:
        raise _meaning(error) from error
    except NoConnectionError as error:
        metrics.POOL_TIMEOUTS.add()
        raise UnavailableError from error
    except (ConnectionError, TimeoutError, gaierror) as error:
        raise UnavailableError from error


def _meaning(error: DBAPIError) -> Exception:
    cause = error.driver_exception
    state = getattr(cause, "sqlstate", None) or ""
    if state in RETRYABLE:
        return RetryableError()
    if state == LOCKED:
        return BusyError()
    if error.connection_invalidated or state.startswith(ABSENT):
        return UnavailableError()
    if isinstance(cause, ForeignKeyViolationError) and _names(cause).endswith("_subjects"):
        return PersonGoneError()
    return error


def _names(violation: ForeignKeyViolationError) -> str:
    return violation.constraint_name or ""
