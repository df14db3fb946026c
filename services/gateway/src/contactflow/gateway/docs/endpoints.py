"""The description of the API over HTTP."""

import json
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from contactflow.gateway.docs.problems import listed
from contactflow.gateway.docs.reference import body, contents
from contactflow.gateway.docs.texts import TEXTS
from contactflow.kernel import Locale
from contactflow.web import unauthenticated
from contactflow.web.locales import preferred
from contactflow.web.pages import TOKENS, File, send
from contactflow.web.pages.html import HEADERS

HERE: Final = "contactflow.gateway.docs"
PAGE: Final = Template(files(HERE).joinpath("page.html").read_text("utf-8"))
DOCUMENT: Final = files(HERE).joinpath("openapi.json").read_bytes()
CACHED: Final = {"Cache-Control": "public, max-age=300"}

router = APIRouter(include_in_schema=False, dependencies=[unauthenticated])


@router.get("/openapi.json")
async def read_document() -> Response:
    return Response(DOCUMENT, media_type="application/json", headers=CACHED)


@router.get("/docs", response_class=HTMLResponse)
async def read_reference(request: Request) -> Response:
    return _page("reference", _locale(request))


@router.get("/problems", response_class=HTMLResponse)
async def read_problems(request: Request) -> Response:
    return _page("problems", _locale(request))


@router.get("/tokens.css")
async def read_tokens(request: Request) -> Response:
    return send(TOKENS, request)


@router.get("/docs.css")
async def read_style(request: Request) -> Response:
    return send(File.of(HERE, "docs.css"), request)


def _locale(request: Request) -> Locale:
    return preferred(request.headers.get("accept-language", ""))


def _page(kind: Literal["reference", "problems"], locale: Locale) -> HTMLResponse:
    language = {"Content-Language": locale}
    return HTMLResponse(_html(kind, locale), headers=HEADERS | CACHED | language)


@cache
def _html(kind: Literal["reference", "problems"], locale: Locale) -> str:
    """Our own document and catalogue, escaped where they are put into words."""
    texts = {name: escape(text) for name, text in TEXTS[locale].items()}
    whole: dict[str, Any] = json.loads(DOCUMENT)
    if kind == "reference":
        made = {"contents": contents(whole), "body": body(whole)}
    else:
        made = {"contents": "", "body": listed(locale)}
    shown = {"title": texts[kind], "lead": texts[f"{kind}_lead"], "locale": locale}
    return PAGE.substitute(texts | made | shown)
