"""`stack.json`: where everything is reached, for people, tests and the demo."""

from typing import Any

from contactflow.testing.postgres import Postgres
from tools.stack import model, services
from tools.stack.engines import LocalPostgres, carrier_api, mail_dir, objects_dir, traces_dir
from tools.stack.keys import Secrets
from tools.stack.seed import NUMBERS
from tools.stack.settings import Settings
from tools.stack.state import Part, State, write_private

DEMO = ("email", "password", "workspace_id", "api_key", "web_channel_key")


def write(settings: Settings, state: State, kept: Secrets) -> None:
    """Replace it at once. Only we can read it: it holds passwords."""
    write_private(settings.home / "stack.json", description(settings, state, kept))


def description(settings: Settings, state: State, kept: Secrets) -> dict[str, Any]:
    """The shape is in ARCHITECTURE.md; what is not there is null.

    The database URLs are the administrator's: they see every row.
    """
    urls = {name: state.parts[name].url for name in services.startable()}
    gateway = urls.get(services.FIRST)
    return {
        "gateway_url": gateway,
        "docs_url": gateway and f"{gateway}/docs",
        "chat_page_url": _chat_page(gateway, state),
        "demo": {name: state.demo.get(name) for name in DEMO} if state.demo else None,
        "phone": _phone(state),
        "services": {name: _service(state.parts[name]) for name in urls},
        "ai": {
            "base_url": model.told(settings, state)["OPENAI_BASE_URL"],
            "pid": _pid(state, "ai"),
        },
        "postgres": _postgres(settings, state, kept),
        "kafka": _kafka(settings, state),
        "mail_dir": None if settings.smtp_url else str(mail_dir(settings.home)),
        "objects_dir": None if settings.object_store_url else str(objects_dir(settings.home)),
        "traces_dir": None if settings.collector else str(traces_dir(settings.home)),
        "logs_dir": str(settings.home / "logs"),
    }


def _phone(state: State) -> dict[str, Any] | None:
    """The carrier's account that `make call` plays, and the numbers that it can ring."""
    demo = state.demo
    numbers = {
        language: {
            "e164": demo[f"phone_{language}"],
            "voice_url": demo[f"phone_{language}_voice"],
            "status_url": demo[f"phone_{language}_status"],
        }
        for language in NUMBERS
        if f"phone_{language}" in demo
    }
    if not numbers:
        return None
    return {
        "account_id": demo["carrier_account"],
        "auth_token": demo["carrier_token"],
        "carrier_api_url": carrier_api(state),
        "numbers": numbers,
    }


def _chat_page(gateway: str | None, state: State) -> str | None:
    key = state.demo.get("web_channel_key")
    return f"{gateway}/chat/{key}" if gateway and key else None


def _service(part: Part) -> dict[str, Any]:
    process = {"role": "all", "pid": part.process.pid, "log": str(part.log)}
    return {"url": part.url, "processes": [process | {"metrics_url": part.metrics}]}


def _postgres(settings: Settings, state: State, kept: Secrets) -> dict[str, Any]:
    own = LocalPostgres(state, kept.admin)
    outside = settings.database_admin_url
    cluster = Postgres(outside or own.admin_url())
    return {
        "urls": {name: cluster.admin_url(f"contactflow_{name}") for name in services.startable()},
        "data_dir": None if outside else str(own.data),
        "pid": _pid(state, "postgres"),
    }


def _kafka(settings: Settings, state: State) -> dict[str, Any]:
    data = settings.home / "kafka" / "node" / "data"
    return {
        "bootstrap_servers": settings.kafka or state.parts["kafka"].url,
        "data_dir": None if settings.kafka else str(data),
        "pid": _pid(state, "kafka"),
    }


def _pid(state: State, name: str) -> int | None:
    return state.parts[name].process.pid if name in state.parts else None
