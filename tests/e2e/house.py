"""The whole product for a test: every service, its api and its worker processes of their own."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import asyncpg
import httpx

from contactflow.events import topics
from contactflow.testing.ai import ScriptedAI
from contactflow.testing.kafka import OwnBroker
from contactflow.testing.mail import MailServer, a_mail_server
from contactflow.testing.ports import free_port
from contactflow.testing.postgres import PostgresServer
from contactflow.testing.waiting import until
from tests.e2e.traces import Traces, collected
from tools.stack.keys import secrets
from tools.stack.probes import trouble
from tools.stack.processes import Process, last_words, spawn
from tools.stack.services import Around, databases, environment, names
from tools.stack.settings import ROOT, passed_on

ROLES = ("api", "worker")
PYTHON = (str(ROOT / ".venv/bin/python"), "-m")
Spawning = Callable[..., Process]
PRODUCT = "contactflow"
OPENED = "SELECT count(*) FROM workspace_keys"
"""The platform's: an event of its own brings them, and nobody can sign up before."""
READY = 60.0  # seconds; importing the libraries takes processor time, and there are six processes


@dataclass
class House:
    """Where everything is. `processes` and the ports of their `metrics` are named `chat-worker`.

    `carrier` is where voice expects the API of whoever brings phone calls; `spawning` starts a
    process as `spawn` does; `build` is the package that has the services' programs; a house that
    `is_traced` has its spans collected.
    """

    folder: Path
    postgres: PostgresServer
    broker: OwnBroker
    ai: ScriptedAI
    mail: MailServer
    traces: Traces
    urls: dict[str, str]
    carrier: str
    spawning: Spawning = spawn
    build: str = PRODUCT
    processes: dict[str, Process] = field(default_factory=dict)
    metrics: dict[str, int] = field(default_factory=dict)
    is_traced: bool = True

    @property
    def gateway(self) -> str:
        """The one address that everybody outside uses."""
        return self.urls["gateway"]

    @property
    def logs(self) -> list[Path]:
        """What the processes printed."""
        return sorted(self.folder.glob("logs/*.log"))

    @property
    def recordings(self) -> set[Path]:
        """Pieces of recorded calls, as the object store has them."""
        return {one for one in self.folder.glob("objects/recordings/**/*") if one.is_file()}

    def database(self, name: str) -> str:
        """The administrator's URL of a service's database: past every policy."""
        return self.postgres.admin_url(f"contactflow_{name}")

    def around(self) -> Around:
        """What every process is told about the others."""
        openai = {
            "OPENAI_BASE_URL": self.ai.base_url,
            "OPENAI_API_KEY": self.ai.api_key,
            "OPENAI_MODEL": self.ai.model,
        }
        kept = secrets(self.folder, names())
        return Around(
            self.postgres.admin_url().replace("+asyncpg", ""),
            self.broker.bootstrap,
            openai,
            {"SMTP_URL": self.mail.url, "MAIL_FROM": "no-reply@contactflow.example"},
            kept,
            self.urls,
            (self.folder / "objects").as_uri(),
            self.carrier,
            self.traces.url if self.is_traced else "",
        )

    async def start(self, name: str, role: str, program: str = "") -> None:
        """Start one process of a service, or of another build of it. Returns when it is ready."""
        port = self.urls[name].rpartition(":")[2] if role == "api" else str(free_port())
        await self._start(f"{name}-{role}", program or f"{self.build}.{name}", port)

    async def another(self, name: str, role: str) -> tuple[str, str]:
        """One more process of a service: what it is called, and where it answers."""
        port = str(free_port())
        await self._start(f"{name}-{role}-{port}", f"{self.build}.{name}", port)
        return f"{name}-{role}-{port}", f"http://127.0.0.1:{port}"

    async def _start(self, process_name: str, program: str, port: str) -> None:
        name, role, *_ = process_name.split("-")
        env = self.environment(name) | {"PORT": port}
        self.metrics[process_name] = metrics = free_port()
        env |= {"METRICS_PORT": str(metrics)}
        if role == "media":
            env |= {"MEDIA_PUBLIC_URL": f"ws://127.0.0.1:{port}"}
        log = self.folder / "logs" / f"{process_name}.log"
        process = self.spawning([*PYTHON, program, role], env=env, cwd=ROOT, log=log)
        self.processes[process_name] = process
        await until(lambda: asyncio.to_thread(_ready, process, port, log), longest=READY)

    async def measured(self, process: str) -> str:
        """What one process tells Prometheus."""
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{self.metrics[process]}/metrics")
            return answer.text

    async def have(self, name: str, role: str) -> None:
        """Start one that is not always there, or that was killed; leave alone one that runs."""
        running = self.processes.get(f"{name}-{role}")
        if running is None or not running.is_alive():
            await self.start(name, role)

    def environment(self, name: str) -> dict[str, str]:
        """What a process of that service reads its settings from."""
        return passed_on() | environment(name, self.around()) | self._stores[name]

    async def command(self, name: str, *words: str) -> tuple[int, str]:
        """Have a service do one thing; its exit status, and what it printed."""
        process = await asyncio.create_subprocess_exec(
            *PYTHON,
            f"contactflow.{name}",
            *words,
            cwd=ROOT,
            env=self.environment(name),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def open(self) -> None:
        """Databases and topics first, then every process."""
        await self.provide(*names())
        await asyncio.gather(*(self.start(name, role) for name in names() for role in ROLES))
        await until(partial(rows, self, "gateway", OPENED), longest=READY)

    async def provide(self, *services: str) -> None:
        """What these need before a process of theirs can start: databases, and every topic."""
        around = self.around()
        made = (asyncio.to_thread(databases, name, around) for name in services)
        self._stores = dict(zip(services, await asyncio.gather(*made), strict=True))
        await self.broker.topic(*topics())

    def close(self) -> None:
        """End what was started; what does not go by itself is named."""
        for process in self.processes.values():
            process.ask_to_end()
        stubborn = [name for name, one in self.processes.items() if not one.wait(30)]
        if stubborn:
            raise AssertionError(stubborn)

    def kill(self, name: str) -> None:
        """As a crash does."""
        os.kill(self.processes[name].pid, signal.SIGKILL)


async def rows(house: House, service: str, query: str, *values: object) -> int:
    """What a table really holds, past every policy."""
    database = await asyncpg.connect(house.database(service))
    try:
        return int(await database.fetchval(query, *values))
    finally:
        await database.close()


@asynccontextmanager
async def a_house(
    folder: Path,
    postgres: PostgresServer,
    broker: OwnBroker,
    ai: ScriptedAI,
    *,
    spawning: Spawning = spawn,
    build: str = PRODUCT,
) -> AsyncIterator[House]:
    """Everything, up and ready; stopped at the end."""
    async with an_empty_house(folder, postgres, broker, ai, spawning=spawning) as house:
        house.build = build
        await house.open()
        yield house


@asynccontextmanager
async def an_empty_house(
    folder: Path,
    postgres: PostgresServer,
    broker: OwnBroker,
    ai: ScriptedAI,
    *,
    spawning: Spawning = spawn,
) -> AsyncIterator[House]:
    """Everything has an address and nothing runs yet; what is started is stopped at the end."""
    urls = {name: f"http://127.0.0.1:{free_port()}" for name in names()}
    with collected() as traces, a_mail_server(folder / "mail") as mail:
        carrier = f"http://127.0.0.1:{free_port()}"
        house = House(folder, postgres, broker, ai, mail, traces, urls, carrier, spawning)
        try:
            yield house
        finally:
            await asyncio.to_thread(house.close)


def _ready(process: Process, port: str, log: Path) -> bool:
    if not process.is_alive():
        raise AssertionError(last_words(log))
    return trouble(f"http://127.0.0.1:{port}/readyz") is None
