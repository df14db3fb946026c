"""Stylesheets and scripts as they lie in a package."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Self

from starlette.requests import Request
from starlette.responses import Response

TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
HEADERS: Final = {
    "Cache-Control": "public, max-age=0, must-revalidate",
    "X-Content-Type-Options": "nosniff",
    # Customers' pages load these files from here.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@dataclass(frozen=True)
class File:
    """A file that everybody may read."""

    content: bytes
    media_type: str
    etag: str

    @classmethod
    @cache
    def of(cls, package: str, name: str) -> Self:
        """Raises FileNotFoundError; read once a process."""
        content = files(package).joinpath(name).read_bytes()
        etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        return cls(content, TYPES[name.rpartition(".")[2]], etag)


def send(file: File, request: Request) -> Response:
    """The file, or 304 when the reader has it (RFC 9110, 13.1.2)."""
    headers = HEADERS | {"ETag": file.etag}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


TOKENS: Final = File.of("contactflow.web.pages", "tokens.css")
"""The design tokens that all pages share."""
