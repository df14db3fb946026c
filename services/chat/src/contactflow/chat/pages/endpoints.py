"""The chat's pages over HTTP: HTML, and the files that it names."""

import re
from importlib.resources import files
from typing import Annotated, Final, Protocol

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from contactflow.chat.channels.errors import ChannelNotFoundError
from contactflow.chat.pages.texts import TEXTS
from contactflow.kernel import Locale
from contactflow.web import unauthenticated
from contactflow.web.locales import preferred
from contactflow.web.pages import TOKENS, File, page, send

HERE: Final = "contactflow.chat.pages"
CHAT: Final = files(HERE).joinpath("page.html").read_text()
GONE: Final = files(HERE).joinpath("gone.html").read_text()

KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")

router = APIRouter(include_in_schema=False, dependencies=[unauthenticated])


class Names(Protocol):
    """Where the page learns what a channel is called."""

    async def channel_name(self, public_key: str) -> str:
        """Raises ChannelNotFoundError."""


@router.get("/chat/{public_key}", response_class=HTMLResponse)
async def show_chat(
    request: Request, public_key: str, lang: Annotated[Locale | None, Query()] = None
) -> Response:
    locale = lang or preferred(request.headers.get("accept-language", ""))
    texts = TEXTS[locale]
    try:
        name = await _name(request.app.state.door, public_key)
    except ChannelNotFoundError:
        gone = {"title": texts["gone"], "text": texts["gone_text"]}
        return page(GONE, gone, locale=locale, status=404)
    words = {"title": texts["title"].format(name=name), "noscript": texts["noscript"]}
    return page(CHAT, words | {"channel": public_key, "name": name}, locale=locale)


async def _name(names: Names, public_key: str) -> str:
    if not KEY.fullmatch(public_key):
        raise ChannelNotFoundError
    return await names.channel_name(public_key)


@router.get("/widget.js")
async def widget_script(request: Request) -> Response:
    return send(File.of(HERE, "widget.js"), request)


@router.get("/widget.css")
async def widget_style(request: Request) -> Response:
    return send(File.of(HERE, "widget.css"), request)


@router.get("/tokens.css")
async def design_tokens(request: Request) -> Response:
    return send(TOKENS, request)
