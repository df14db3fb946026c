"""PostgreSQL, Kafka, servers for mail and traces, the local AI: where nobody names another."""

import sys
from dataclasses import dataclass
from pathlib import Path

from contactflow.testing.errors import ServerError
from contactflow.testing.kafka_server import KafkaServer, kit
from contactflow.testing.postgres import PostgresServer
from tools.local_ai.weights import FILES
from tools.stack.daemons import Daemon, Launch
from tools.stack.errors import StackError
from tools.stack.processes import Process
from tools.stack.state import Part, State

POSTGRES, KAFKA, CONTROLLER, AI = 15432, 19092, 19093, 18090  # wanted; others when taken
MAIL = 11025
CARRIER = 18100
TRACES = 4318


@dataclass(frozen=True)
class LocalPostgres:
    """It goes into the background by itself and notes its own pid."""

    state: State
    password: str
    name: str = "postgres"

    def start(self) -> bool:
        """Return when it answers; False if it was there already. Raises StackError."""
        if self.state.runs(self.name):
            return False
        self._server(0).stop()  # one that an interrupted start left behind
        server = self._server(self.state.port(self.name, POSTGRES))
        try:
            server.start()
        except ServerError as error:
            raise StackError(str(error)) from error
        if server.pid is None:
            raise StackError("PostgreSQL has stopped again.")
        self.state.note(self._part(server, server.pid))
        return True

    def admin_url(self) -> str:
        """The administrator's, of the database `postgres`."""
        return self._server(self.state.ports[self.name]).admin_url()

    @property
    def data(self) -> Path:
        """Its data folder: elsewhere when the server's user does not reach our home."""
        return self._server(0).data

    def _server(self, port: int) -> PostgresServer:
        return PostgresServer(self.state.home / "postgres", port, self.password)

    def _part(self, server: PostgresServer, pid: int) -> Part:
        url = f"tcp://127.0.0.1:{server.port}"
        process = Process.of(pid, ends_by="SIGINT")  # which is its fast shutdown
        return Part(self.name, process, server.log, url, [url], "")


def local_kafka(state: State) -> Daemon:
    """A node whose jars and data are kept in the stack's home."""

    def launch() -> Launch:
        ports = (state.port("kafka", KAFKA), state.port("kafka-controller", CONTROLLER, "kafka"))
        try:
            server = KafkaServer(kit(state.home / "kafka"), state.home / "kafka" / "node", *ports)
        except ServerError as error:
            raise StackError(str(error)) from error
        probe = f"kafka://{server.bootstrap}"
        return Launch(server.command(), server.bootstrap, [probe], server.prepare)

    return Daemon("kafka", state, launch)


def local_mail(state: State) -> Daemon:
    """It sends nothing on: every e-mail becomes a file."""
    return _sink(state, "mail", "smtp", MAIL, mail_dir(state.home))


def local_traces(state: State) -> Daemon:
    """It sends nothing on, either: the latest spans are kept."""
    return _sink(state, "traces", "http", TRACES, traces_dir(state.home))


def _sink(state: State, name: str, scheme: str, wanted: int, folder: Path) -> Daemon:
    """`python -m tools.NAME PORT FOLDER`: what comes to that port is kept in that folder."""

    def launch() -> Launch:
        port = state.port(name, wanted)
        command = [sys.executable, "-m", f"tools.{name}", str(port), str(folder)]
        return Launch(command, f"{scheme}://127.0.0.1:{port}", [f"tcp://127.0.0.1:{port}"])

    return Daemon(name, state, launch)


def carrier_api(state: State) -> str:
    """Where `make call`, while it rings, takes what voice asks of a carrier; the port stays."""
    port = state.ports.get("carrier") or state.port("carrier", CARRIER)
    return f"http://127.0.0.1:{port}"


def mail_dir(home: Path) -> Path:
    """Where its e-mails lie."""
    return home / "mail"


def traces_dir(home: Path) -> Path:
    """Where the spans lie that `make trace` shows."""
    return home / "traces"


def objects_dir(home: Path) -> Path:
    """Where the object store lies that every service is given: a folder will do."""
    return home / "objects"


def local_ai(state: State) -> Daemon:
    """The models behind the OpenAI interface; they were installed before."""

    def launch() -> Launch:
        url = f"http://127.0.0.1:{state.port('ai', AI)}"
        command = [
            sys.executable,
            "-m",
            "tools.local_ai",
            "serve",
            "--port",
            url.rpartition(":")[2],
        ]
        env = {"CONTACTFLOW_HOME": str(state.home)}
        return Launch(
            command,
            f"{url}/v1",
            [f"{url}/livez", f"{url}/readyz"],
            env=env,
            depends=[one.sha256 for one in FILES],
        )

    return Daemon("ai", state, launch)
