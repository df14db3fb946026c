"""The officer's page over HTTP: HTML, and the files that it names."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from contactflow.kernel import Locale
from contactflow.privacy.page.template import template
from contactflow.privacy.page.words import words
from contactflow.web import unauthenticated
from contactflow.web.locales import preferred
from contactflow.web.pages import TOKENS, File, page, send

HERE: Final = "contactflow.privacy.page"

router = APIRouter(prefix="/privacy", include_in_schema=False, dependencies=[unauthenticated])


@router.get("", response_class=HTMLResponse)
async def show_page(request: Request, lang: Annotated[Locale | None, Query()] = None) -> Response:
    locale = lang or preferred(request.headers.get("accept-language", ""))
    return page(template(), words(locale), locale=locale)


@router.get("/officer.js")
async def page_script(request: Request) -> Response:
    return send(File.of(HERE, "officer.js"), request)


@router.get("/officer.css")
async def page_style(request: Request) -> Response:
    return send(File.of(HERE, "officer.css"), request)


@router.get("/tokens.css")
async def page_tokens(request: Request) -> Response:
    return send(TOKENS, request)
