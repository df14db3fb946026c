import pytest
from starlette.responses import Response

from contactflow.gateway.sessions.cookies import Cookies, CsrfRejectedError


def a_scope(method: str = "POST", **headers: str) -> dict[str, object]:
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    return {"type": "http", "method": method, "headers": raw}


def given(cookies: Cookies) -> str:
    response = Response()
    cookies.give(response, "token")
    return response.headers["set-cookie"]


def test_on_https_no_other_host_can_set_the_cookie() -> None:
    said = given(Cookies("https://app.example"))

    assert said.startswith("__Host-cf_session=token;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {*said.split("; ")}
    assert "Domain" not in said


def test_on_http_the_cookie_is_plain() -> None:
    said = given(Cookies(None))

    assert said.startswith("cf_session=token;")
    assert "Secure" not in said


def test_a_cookie_that_is_none_is_nobodys() -> None:
    cookies = Cookies(None)

    assert cookies.token(a_scope(cookie="a=b; cf_session=t; c=d")) == "t"
    assert cookies.token(a_scope(cookie="__Host-cf_session=t")) is None
    assert cookies.token(a_scope(cookie='cf_session="; \\')) in {None, ""}
    assert cookies.token(a_scope()) is None


@pytest.mark.parametrize(
    "origin", ["https://app.example", "https://console.example", "http://host:1"]
)
def test_pages_of_ours_may_change_things(origin: str) -> None:
    cookies = Cookies("https://app.example", ["https://console.example"])

    cookies.refuse_forged(a_scope(origin=origin, host="host:1", content_type="application/json"))


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "host:1"},
        {"host": "host:1", "origin": "null"},
        {"host": "host:1", "origin": "https://app.example.evil.example"},
        {"host": "host:1", "origin": "http://host:1", "content_type": "text/plain"},
    ],
)
def test_others_may_not(headers: dict[str, str]) -> None:
    with pytest.raises(CsrfRejectedError):
        Cookies("https://app.example").refuse_forged(a_scope(**headers))


def test_reading_needs_no_proof() -> None:
    Cookies(None).refuse_forged(a_scope("GET"))
