"""Errors as RFC 9457 problem details."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import to_jsonable_python

from contactflow.kernel import (
    ConflictError,
    ContactFlowError,
    GoneError,
    NotFoundError,
    RefusedError,
    StaleError,
    UnavailableError,
)

STATUS = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    GoneError: HTTPStatus.GONE,
    ConflictError: HTTPStatus.CONFLICT,
    StaleError: HTTPStatus.PRECONDITION_FAILED,
    RefusedError: HTTPStatus.FORBIDDEN,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    ContactFlowError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def add_problems(app: FastAPI) -> None:
    """Answer every error of ours, and every invalid request, with a problem document."""
    app.add_exception_handler(ContactFlowError, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)


async def _failed(_: Request, error: Any) -> JSONResponse:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return _problem(status, error.code, **error.facts)


async def _invalid(_: Request, error: Any) -> JSONResponse:
    errors = [{"pointer": _pointer(one["loc"]), "code": one["type"]} for one in error.errors()]
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", errors=errors)


def _pointer(location: tuple[str | int, ...]) -> str:
    return "/" + "/".join(str(part) for part in location[1:])


def _problem(status: HTTPStatus, code: str, **more: object) -> JSONResponse:
    content = {"type": f"/problems/{code}", "title": status.phrase, "status": status, "code": code}
    body = to_jsonable_python(content | more)
    return JSONResponse(body, status, media_type="application/problem+json")
