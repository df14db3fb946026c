"""The demo workspace, made through the public API as any customer would."""

import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tools.local_ai.receptionist import ENGLISH, FRENCH
from tools.stack.errors import StackError
from tools.stack.state import State

if TYPE_CHECKING:
    import httpx

EMAIL = "demo@example.com"
SCOPES = [
    *("agents:read", "agents:write", "channels:read", "channels:write"),
    *("contacts:read", "contacts:write", "timeline:read"),
    *("calls:read", "recordings:read", "transcripts:read"),
    *("conversations:read", "conversations:write", "messages:read", "messages:write"),
]
NUMBERS = {"en": "+33199000001", "fr": "+33199000002"}  # kept free for stories, as COLLEAGUE
COLLEAGUE = "+33199000009"
PROMPTS = {"en": ENGLISH, "fr": FRENCH}
GREETINGS = {"en": "Welcome to Café Miette.", "fr": "Bienvenue au Café Miette."}
Step = Callable[["httpx.Client", dict[str, str]], dict[str, str]]
PATIENCE = 60.0  # seconds for an event to reach another service
VOICES = 180.0  # seconds for all that the agents say without a model to be spoken
PAUSE = 0.3
EARLY = {"workspace_not_ready", "agent_not_published", "unavailable"}


def seed(state: State, gateway_url: str) -> bool:
    """Make what is missing of it, noting each step; False if all of it is there.

    Raises StackError with what the API answered.
    """
    if STEPS.keys() <= state.demo.keys():
        return False
    import httpx  # noqa: PLC0415  needed once, and slow to import

    with httpx.Client(base_url=gateway_url, timeout=30, headers={"Origin": gateway_url}) as api:
        for name, step in STEPS.items():
            if name not in state.demo:
                state.demo |= step(api, state.demo)
                state.save()
    return True


def have_voices(state: State, gateway_url: str) -> bool:
    """Wait until the agents can be called: before, callers hear that nobody can answer.

    False when they could be from the beginning. Raises StackError.
    """
    import httpx  # noqa: PLC0415  as above

    deadline = time.monotonic() + VOICES
    waited = False
    with httpx.Client(base_url=gateway_url, timeout=30, headers=_key(state.demo)) as api:
        while not all(one["status"] == "ready" for one in _numbers(api)):
            if time.monotonic() > deadline:
                raise StackError("The agents on the phone have no voice yet: see make logs.")
            waited = True
            time.sleep(PAUSE)
    return waited


def _numbers(api: "httpx.Client") -> list[dict[str, Any]]:
    numbers: list[dict[str, Any]] = _told(api.get("/v1/phone-numbers"))["data"]
    return numbers


def _password(_: "httpx.Client", __: dict[str, str]) -> dict[str, str]:
    """Noted before it is used: an interrupted sign-up can then log in."""
    return {"email": EMAIL, "password": secrets.token_urlsafe(12)}


def _workspace(api: "httpx.Client", demo: dict[str, str]) -> dict[str, str]:
    who = {"email": demo["email"], "password": demo["password"]}
    about = {"name": "Demo Owner", "workspace_name": "Café Miette", "locale": "en", "adult": True}
    answer = _patiently(lambda: api.post("/v1/auth/signup", json=who | about))
    if answer.json().get("code") == "email_taken":
        return {"workspace_id": _told(api.post("/v1/auth/login", json=who))["workspaces"][0]["id"]}
    return {"workspace_id": _told(answer)["workspace"]["id"]}


def _api_key(api: "httpx.Client", demo: dict[str, str]) -> dict[str, str]:
    who = {"email": demo["email"], "password": demo["password"]}
    _told(api.post("/v1/auth/login", json=who))
    made = _told(api.post("/v1/api-keys", json={"name": "Demo", "scopes": SCOPES}))
    return {"api_key": made["secret"]}


def _agent(api: "httpx.Client", demo: dict[str, str]) -> dict[str, str]:
    asked = {"name": "Front desk", "prompt": ENGLISH, "languages": ["en", "fr"]}
    agent = _told(api.post("/v1/agents", json=asked, headers=_key(demo)))
    _told(api.post(f"/v1/agents/{agent['id']}/publish", headers=_key(demo)))
    return {"agent_id": agent["id"]}


def _channel(api: "httpx.Client", demo: dict[str, str]) -> dict[str, str]:
    """The chat has to hear of the published agent first."""
    here = str(api.base_url).rstrip("/")
    origins = [here, here.replace("127.0.0.1", "localhost")]
    asked: dict[str, Any] = {"kind": "web", "name": "Café Miette", "agent_id": demo["agent_id"]}
    asked["allowed_origins"] = origins
    answer = _patiently(lambda: api.post("/v1/channels", json=asked, headers=_key(demo)))
    return {"web_channel_key": _told(answer)["public_key"]}


def _account(_: "httpx.Client", __: dict[str, str]) -> dict[str, str]:
    """At a carrier that `tools.phone` plays. Noted before it is used, as the password."""
    return {"carrier_account": "AC" + secrets.token_hex(16), "carrier_token": secrets.token_hex(16)}


def _carrier(api: "httpx.Client", demo: dict[str, str]) -> dict[str, str]:
    asked = {"kind": "twilio", "account_id": demo["carrier_account"]}
    asked["secret"] = demo["carrier_token"]
    answer = _patiently(lambda: api.post("/v1/carriers", json=asked, headers=_key(demo)))
    return {"carrier_id": _told(answer)["id"]}


def _number(language: str, api: "httpx.Client", demo: dict[str, str]) -> dict[str, str]:
    """A number with an agent who answers it in that language; voice has to hear of it first."""
    asked: dict[str, Any] = {"name": f"Telephone ({language})", "prompt": PROMPTS[language]}
    asked |= {"languages": [language], "channels": ["voice"], "greeting": GREETINGS[language]}
    agent = _told(api.post("/v1/agents", json=asked, headers=_key(demo)))
    _told(api.post(f"/v1/agents/{agent['id']}/publish", headers=_key(demo)))
    wanted = {"e164": NUMBERS[language], "carrier_id": demo["carrier_id"], "agent_id": agent["id"]}
    wanted |= {"recording": "consent", "handover_e164": COLLEAGUE}
    answer = _patiently(lambda: api.post("/v1/phone-numbers", json=wanted, headers=_key(demo)))
    name, urls = f"phone_{language}", _told(answer)["webhook_urls"]
    return {name: wanted["e164"]} | {f"{name}_{what}": urls[what] for what in ("voice", "status")}


STEPS: dict[str, Step] = {
    "password": _password,
    "workspace_id": _workspace,
    "api_key": _api_key,
    "agent_id": _agent,
    "web_channel_key": _channel,
    "carrier_token": _account,
    "carrier_id": _carrier,
    **{f"phone_{language}": partial(_number, language) for language in NUMBERS},
}


def _patiently(ask: Callable[[], "httpx.Response"]) -> "httpx.Response":
    """Again while a service has yet to hear of something by an event."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = ask()
        if answer.json().get("code") not in EARLY or time.monotonic() > deadline:
            return answer
        time.sleep(PAUSE)


def _key(demo: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {demo['api_key']}"}


def _told(answer: "httpx.Response") -> dict[str, Any]:
    if not answer.is_success:
        request = answer.request
        raise StackError(
            "The demo workspace:",
            request.method,
            request.url.path,
            "answers",
            answer.status_code,
            said=answer.text[:500],
        )
    said: dict[str, Any] = answer.json()
    return said
