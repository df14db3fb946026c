"""Errors as RFC 9457 problem details: a stable code, words in the caller's language."""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from contactflow.kernel import (
    ConflictError,
    ContactFlowError,
    GoneError,
    NotFoundError,
    PendingError,
    RefusedError,
    StaleError,
    UnavailableError,
)
from contactflow.telemetry import classes, metrics, places
from contactflow.web import catalogue
from contactflow.web.errors import (
    PreconditionRequiredError,
    RequestTimeoutError,
    TooManyRequestsError,
    UnauthenticatedError,
)
from contactflow.web.fields import faults
from contactflow.web.ids import told
from contactflow.web.locales import preferred
from contactflow.web.methods import allowed
from contactflow.web.requests import header, request_id

log = logging.getLogger(__name__)
MEDIA_TYPE: Final = "application/problem+json"
PAUSE: Final = "2"  # seconds until somebody who was turned away should come again

STATUS: Final[Mapping[type[Exception], HTTPStatus]] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    PendingError: HTTPStatus.NOT_FOUND,
    GoneError: HTTPStatus.GONE,
    ConflictError: HTTPStatus.CONFLICT,
    StaleError: HTTPStatus.PRECONDITION_FAILED,
    RefusedError: HTTPStatus.FORBIDDEN,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    RequestTimeoutError: HTTPStatus.REQUEST_TIMEOUT,
    PreconditionRequiredError: HTTPStatus.PRECONDITION_REQUIRED,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    ContactFlowError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
CODES: Final = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.UNAUTHORIZED: "unauthenticated",
}
REFUSALS: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
TELLING: Final = ("unknown_field", "invalid_cursor", "invalid_if_match", "not_available")
"""Codes of one value that say enough of the whole request."""


def problem(
    scope: Scope,
    status: HTTPStatus,
    code: str,
    /,
    *,
    headers: Mapping[str, str] | None = None,
    pointer: str | None = None,
    **facts: object,
) -> JSONResponse:
    """The answer to a request that failed. `facts` are ids and codes, never what was sent.

    `pointer` is the one value that was wrong.
    """
    locale = preferred(header(scope, "accept-language"))
    words = catalogue.words(code)[locale]
    wrong = {"pointer": pointer, "code": code, "detail": words.detail}
    content = {
        **facts,  # what the standard and we have a meaning for is not theirs to replace
        "type": f"/problems#{code}",
        "title": words.title,
        "status": status,
        "detail": words.detail,
        "code": code,
        "request_id": request_id(scope),
        **({"errors": [wrong]} if pointer else {}),
    }
    said = {"Content-Language": locale, "Vary": "Accept-Language", **(headers or {})}
    return JSONResponse(content, status, said, media_type=MEDIA_TYPE)


def told_as_problem(scope: Scope, error: ContactFlowError) -> JSONResponse:
    """An error of ours as its answer.

    Whatever is not found has one code: a malformed id in a path can't know what it is not. What
    is pending has its own: whoever is told that may see what it belongs to.
    """
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    code = NotFoundError.code if isinstance(error, NotFoundError) else error.code
    facts = {name: told(name, value) for name, value in error.facts.items()}
    said = _headers(status, error)
    _count(status, code)
    return problem(scope, status, code, headers=said, pointer=error.pointer, **facts)


def _count(status: HTTPStatus, code: str) -> None:
    if status in REFUSALS:
        metrics.REFUSED.add(labels={"http.response.status_code": int(status), "code": code})
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        metrics.LIMITED.add(labels={"code": code})


def bug(scope: Scope, error: Exception) -> JSONResponse:
    """What nobody foresaw: where it happened is logged, what it said is not; it may be personal."""
    said = {"error": classes(error), "stack": [*places(error)]}
    log.error("request.failed", extra=said)
    return problem(scope, HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error")


def add_problems(app: FastAPI) -> None:
    """Answer every error of ours, and every invalid request, with a problem document."""
    app.add_exception_handler(ContactFlowError, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _failed(request: Request, error: Any) -> JSONResponse:
    return told_as_problem(request.scope, error)


async def _invalid(request: Request, error: Any) -> JSONResponse:
    """In a path, what is malformed is not there; without If-Match, a change is not based on any."""
    wrong: Iterable[Mapping[str, Any]] = error.errors()
    if any(one["loc"][0] == "path" for one in wrong):
        return told_as_problem(request.scope, NotFoundError())
    if any(one["loc"][0] == "header" and one["type"] == "missing" for one in wrong):
        return told_as_problem(request.scope, PreconditionRequiredError())
    locale = preferred(header(request.scope, "accept-language"))
    errors = faults(wrong, locale, error.body)
    codes = {one["code"] for one in errors}
    code = next((one for one in TELLING if one in codes), "invalid_request")
    return problem(request.scope, HTTPStatus.UNPROCESSABLE_ENTITY, code, errors=errors)


async def _http(request: Request, error: Any) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    code = CODES.get(status, "internal_error" if ours else "invalid_request")
    said = error.headers
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        said = {"Allow": allowed(request.app, request.scope)}
    return problem(request.scope, status, code, headers=said)


def _headers(status: HTTPStatus, error: ContactFlowError) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="ContactFlow"'}
    if status == HTTPStatus.SERVICE_UNAVAILABLE or isinstance(error, PendingError):
        return {"Retry-After": PAUSE}
    return getattr(error, "headers", {})
