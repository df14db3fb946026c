"""The session cookie, and the proof that a browser meant to use it."""

from collections.abc import Collection
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import Scope

from contactflow.gateway.sessions.model import LIFE
from contactflow.kernel import RefusedError
from contactflow.web.requests import header

SAFE: Final = {"GET", "HEAD", "OPTIONS"}


class CsrfRejectedError(RefusedError):
    """The cookie came with a request that another site may have made."""

    code = "csrf_rejected"


class Cookies:
    """Sets and reads the cookie.

    `public_url` is where browsers find us. On https the cookie's name begins with `__Host-`, so
    that no other host, not even a subdomain, can set it. `origins` may send it, besides ourselves.
    """

    def __init__(self, public_url: str | None, origins: Collection[str] = ()) -> None:
        self._secure = (public_url or "").startswith("https://")
        self._origins = {*origins, *([_origin(public_url)] if public_url else [])}
        self.name = "__Host-cf_session" if self._secure else "cf_session"

    def give(self, response: Response, token: str) -> None:
        self._set(response, token, LIFE)

    def take_back(self, response: Response) -> None:
        self._set(response, "", timedelta())

    def token(self, scope: Scope) -> str | None:
        """What the browser sent, whoever's it is."""
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(header(scope, "cookie"))
        except CookieError:
            return None
        return jar[self.name].value if self.name in jar else None

    def refuse_forged(self, scope: Scope) -> None:
        """Raises CsrfRejectedError for a change that did not come from a page of ours.

        Browsers say where a request comes from, and no form of another site can send JSON.
        """
        if scope["method"] in SAFE:
            return
        kind = header(scope, "content-type").partition(";")[0].strip().lower()
        if kind not in {"", "application/json"} or not self._ours(scope):
            raise CsrfRejectedError

    def _ours(self, scope: Scope) -> bool:
        origin = header(scope, "origin")
        return origin in self._origins or (
            bool(origin) and urlsplit(origin).netloc == header(scope, "host")
        )

    def _set(self, response: Response, value: str, life: timedelta) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=int(life.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
