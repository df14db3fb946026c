"""The services: which there are, what each is told, and its database."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tools.stack.daemons import Daemon, Launch
from tools.stack.errors import StackError
from tools.stack.keys import KINDS, Secrets
from tools.stack.settings import ROOT, passed_on
from tools.stack.state import State

FIRST = "gateway"  # what people open has the first port
PORT = 8080
METRICS = 9464
ASK_A_MODEL = ("chat", "voice")  # nobody else is given the key
SEND_MAIL = ("gateway",)  # nor this password
SIGNS_RECEIPTS = ("privacy",)  # as above
ANSWERS_CALLS = ("voice",)
SOON = "1000"  # milliseconds until a span is told
DRAIN = "5"  # seconds that a call may go on once the stack is told to stop


def names() -> list[str]:
    """Every service that has a program, the gateway first: nothing else lists them."""
    found = (one.parent.name for one in ROOT.glob("services/*/src/contactflow/*/__main__.py"))
    return sorted(found, key=lambda name: (name != FIRST, name))


def startable() -> list[str]:
    """Those of them that have a database to work on."""
    return [name for name in names() if scripts(name).is_dir()]


@dataclass(frozen=True)
class Around:
    """What every service is told about the others and about the engines."""

    admin_url: str
    kafka: str
    openai: Mapping[str, str]
    mail: Mapping[str, str]
    secrets: Secrets
    urls: Mapping[str, str]
    objects: str
    carrier_api: str
    collector: str
    subprocessors: str = "{}"


def addresses(state: State, services: list[str]) -> dict[str, str]:
    """Where each service answers; those that run keep theirs."""
    ports = {name: state.port(name, PORT + number) for number, name in enumerate(services)}
    return {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}


def metrics_port(name: str, state: State) -> int:
    """Where a service tells Prometheus how it fares; one that runs keeps it."""
    return state.port(f"{name}-metrics", METRICS + names().index(name), name)


def service(name: str, state: State, around: Around) -> Daemon:
    """One process that does all of a service's work, its database brought up to date before."""

    def launch() -> Launch:
        url, metrics = around.urls[name], metrics_port(name, state)
        return Launch(
            [sys.executable, "-m", f"contactflow.{name}", "all"],
            url,
            [f"{url}/livez", f"{url}/readyz"],
            lambda: databases(name, around),
            environment(name, around) | {"METRICS_PORT": str(metrics)},
            [around.admin_url, migrations_of(name)],
            f"http://127.0.0.1:{metrics}/metrics",
        )

    return Daemon(name, state, launch)


def environment(name: str, around: Around) -> dict[str, str]:
    """What its settings ask for: its own secrets, the public keys of the others."""
    own = around.secrets.services[name]
    asks = around.openai if name in ASK_A_MODEL else {}
    sends = around.mail if name in SEND_MAIL else {}
    receipts = json.dumps(around.secrets.receipts)
    says = {"RECEIPT_KEY": receipts, "SUBPROCESSORS": around.subprocessors}
    signs = says if name in SIGNS_RECEIPTS else {}
    calls = carriers_reach(around.urls[name], around.carrier_api) if name in ANSWERS_CALLS else {}
    return {
        "KAFKA_BOOTSTRAP_SERVERS": around.kafka,
        "ROOT_KEY": own["root_key"],
        "INDEX_SECRETS": json.dumps(around.secrets.indexes),
        "OBJECT_STORE_URL": around.objects,
        "SIGNING_KEY": json.dumps(own["signing_key"]),
        "TRUSTED_KEYS": json.dumps(around.secrets.public_keys()),
        "PUBLIC_URL": around.urls.get(FIRST, ""),
        "HOST": "127.0.0.1",
        "PORT": around.urls[name].rpartition(":")[2],
        "OTEL_EXPORTER_OTLP_ENDPOINT": around.collector,
        "OTEL_BSP_SCHEDULE_DELAY": SOON,
        **{f"{other.upper()}_URL": url for other, url in around.urls.items()},
        **asks,
        **sends,
        **signs,
        **calls,
    }


def carriers_reach(url: str, carrier_api: str) -> dict[str, str]:
    """Where whoever plays a carrier on this machine finds webhooks and media, and is found."""
    media = url.replace("http", "ws", 1)
    return {
        "VOICE_PUBLIC_URL": url,
        "MEDIA_PUBLIC_URL": media,
        "MEDIA_DRAIN": DRAIN,
        "TWILIO_API_URL": carrier_api,
    }


def databases(name: str, around: Around) -> dict[str, str]:
    """Make its roles and database, migrate, and say where they are. Raises StackError."""
    # Imported when needed only: that takes a second, which a stack that runs does not have to wait.
    from contactflow.persistence.roles import Roles  # noqa: PLC0415  see above
    from contactflow.testing.provision import provision  # noqa: PLC0415  see above

    passwords = around.secrets.services[name]["passwords"]
    chosen = Roles(*(passwords[kind] for kind in KINDS))
    urls = asyncio.run(provision(around.admin_url, name, chosen))
    migrate(name, urls.owner)
    return {"DATABASE_URL": urls.app, "SYSTEM_DATABASE_URL": urls.system}


def migrate(name: str, owner_url: str) -> None:
    """As in production. Raises StackError with what was said."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", f"contactflow.{name}", "migrate"],
        cwd=ROOT,
        env=passed_on() | {"OWNER_DATABASE_URL": owner_url},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-3000:]
        raise StackError("The migrations of", name, "failed.", said=said)


def migrations_of(name: str) -> str:
    """A digest of its migrations: with new ones the service has to start anew."""
    files = sorted((scripts(name) / "versions").glob("*.py"))
    return sha256(b"".join(map(Path.read_bytes, files))).hexdigest()


def scripts(name: str) -> Path:
    """Where its migrations lie."""
    return ROOT / "services" / name / "src/contactflow" / name / "migrations"
