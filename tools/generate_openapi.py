"""Write the one OpenAPI document that the gateway serves, from the services' own.

    python -m tools.generate_openapi [--check | SERVICE]

Each service is put together as in production, on databases that nobody connects to, in a process
of its own, as they share one registry of tables. `--check` writes nothing and answers 1 when what
is stored is no longer what the services say; with a service its own document is printed.
"""

import asyncio
import base64
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

from joserfc.jwk import OKPKey

from contactflow.runtime import platform
from contactflow.web.openapi import document

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "services/gateway/src/contactflow/gateway/docs/openapi.json"
INTRODUCTION = """\
Conversations with an AI agent, the people who had them, and their privacy.

Ids are opaque, times are RFC 3339 in UTC, phone numbers E.164. Lists are newest first and go on
with `cursor`. Errors are problem documents (RFC 9457) with a stable `code`. A `POST` with an
`Idempotency-Key` happens once. A `PATCH` says with `If-Match` what it is based on."""


def main(arguments: list[str]) -> int:
    if arguments and arguments != ["--check"]:
        print(json.dumps(asyncio.run(said_by(arguments[0]))))
        return 0
    written = json.dumps(merged(), indent=1, ensure_ascii=False) + "\n"
    if "--check" not in arguments:
        TARGET.write_text(written, "utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text("utf-8") == written:
        return 0
    print("The API has changed: run make docs.")
    return 1


def merged() -> dict[str, Any]:
    """Every public operation of every service, as they say it now."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "ContactFlow", "version": "1", "description": INTRODUCTION},
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for service in services():
        command = [sys.executable, "-m", "tools.generate_openapi", service]
        asked = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603  our own
        add(whole, service, json.loads(asked.stdout))
    return whole


def services() -> list[str]:
    """The gateway first, as people begin there."""
    found = (one.parent.name for one in ROOT.glob("services/*/src/contactflow/*/app.py"))
    return sorted(found, key=lambda name: (name != "gateway", name))


async def said_by(service: str) -> dict[str, Any]:
    """One service's own document."""
    module = import_module(f"contactflow.{service}.app")
    create = getattr(module, "described", module.create_app)
    [kind] = get_args(get_type_hints(create)["on"])
    async with platform(service, kind.model_validate(NOWHERE)) as on:
        return document(create(on))


def add(whole: dict[str, Any], service: str, one: dict[str, Any]) -> None:
    """Two services may mean different things by one name: the later one's gets its service's."""
    known = whole["components"]["schemas"]
    for name, said in one["components"]["schemas"].items():
        if known.get(name, said) != said:
            return add(whole, service, renamed(one, name, f"{service.title()}{name}"))
    known.update(one["components"]["schemas"])
    whole["components"]["securitySchemes"].update(one["components"]["securitySchemes"])
    whole["paths"].update(one["paths"])
    return None


def renamed(one: dict[str, Any], name: str, new: str) -> dict[str, Any]:
    """The document with another name for one of its schemas."""
    pointer = '"#/components/schemas/{}"'
    found: dict[str, Any] = json.loads(
        json.dumps(one).replace(pointer.format(name), pointer.format(new))
    )
    schemas = found["components"]["schemas"]
    schemas[new] = schemas.pop(name)
    return found


KEY = base64.b64encode(bytes(32)).decode()
NOWHERE = {
    "database_url": "postgresql://nobody:nothing@127.0.0.1:9/nowhere",
    "system_database_url": "postgresql://nobody:nothing@127.0.0.1:9/nowhere",
    "kafka_bootstrap_servers": "127.0.0.1:9",
    "root_key": KEY,
    "index_secrets": {"1": KEY},
    "object_store_url": "memory:///",
    "signing_key": json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)),
    "trusted_keys": {},
    **dict.fromkeys(
        ("gateway_url", "chat_url", "crm_url", "privacy_url", "voice_url"), "http://127.0.0.1:9"
    ),
    "voice_public_url": "https://127.0.0.1:9",
    "smtp_url": "smtp://127.0.0.1:9",
    "mail_from": "nobody@example.com",
    "receipt_key": json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)),
    "openai_base_url": "http://127.0.0.1:9/v1",
    "openai_api_key": "nothing",
    "openai_model": "nothing",
}
"""Settings of a process that never runs."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
