"""Errors as clients of the OpenAI interface expect them."""

from typing import Any

from starlette.responses import JSONResponse, Response

SERVICE_UNAVAILABLE = 503


class RefusedError(Exception):
    """The request cannot be answered; `param` names what is wrong with it."""

    def __init__(self, message: str, param: str) -> None:
        super().__init__(message)
        self.param = param


def refused(error: RefusedError) -> Response:
    about = {"type": "invalid_request_error", "param": error.param, "code": None}
    return answered(400, {"message": str(error), **about})


def loading() -> Response:
    """It is worth to ask again."""
    return answered(SERVICE_UNAVAILABLE, {"message": "still loading", "type": "loading"})


def answered(status: int, error: dict[str, Any]) -> Response:
    again = {"Retry-After": "1"} if status == SERVICE_UNAVAILABLE else None
    return JSONResponse({"error": error}, status, again)
