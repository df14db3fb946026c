"""The models that the services ask: the local ones, or whatever the environment names."""

import json
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tools.local_ai.install import install, is_installed
from tools.local_ai.packages import CannotInstallError
from tools.local_ai.weights import NAME, Place
from tools.stack.engines import local_ai
from tools.stack.errors import StackError
from tools.stack.settings import Settings
from tools.stack.state import State

SIZE = 1.6  # GB to fetch
DISK = 4_000_000_000  # bytes while the parts are joined
UNCHECKED_KEY = "local"
SLOW = "60"  # seconds to the first word: the first reading of a prompt takes this machine long
STEADY = "0"  # the temperature at which a small model keeps to its facts
PATIENCE = 10.0


def is_missing(settings: Settings) -> bool:
    """Whether something has to be fetched."""
    return not settings.openai_base_url and not is_installed(_place(settings))


def is_elsewhere(settings: Settings) -> bool:
    """Whether the model is on another machine: what people write leaves this one."""
    host = urlsplit(settings.openai_base_url or "").hostname
    return host not in {None, "localhost", "127.0.0.1", "::1"}


def start(settings: Settings, state: State) -> bool:
    """Fetch what is missing and start the local AI; nothing where an outside one is named."""
    if settings.openai_base_url:
        return False
    try:
        install(_place(settings))
    except CannotInstallError as refusal:
        raise StackError(refusal) from refusal
    return local_ai(state).start()


def told(settings: Settings, state: State) -> dict[str, str]:
    """What the environment of who asks it says about it. Raises StackError."""
    if settings.openai_base_url is None:
        return {
            "OPENAI_BASE_URL": local_ai(state).launch().url,
            "OPENAI_API_KEY": UNCHECKED_KEY,
            "OPENAI_MODEL": NAME,
            "OPENAI_TEMPERATURE": STEADY,
            "OPENAI_PATIENCE": SLOW,
        }
    key = settings.openai_api_key or UNCHECKED_KEY
    return {
        "OPENAI_BASE_URL": settings.openai_base_url,
        "OPENAI_API_KEY": key,
        "OPENAI_MODEL": settings.openai_model or first_model(settings.openai_base_url, key),
    }


def first_model(base_url: str, key: str) -> str:
    """What an outside server calls the first of its models: for who names none."""
    if not base_url.startswith(("http://", "https://")):
        raise StackError("OPENAI_BASE_URL must begin with http:// or https://.")
    request = Request(f"{base_url.rstrip('/')}/models", headers={"Authorization": f"Bearer {key}"})  # noqa: S310  checked above
    try:
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  checked above
            name: str = json.load(answer)["data"][0]["id"]
    except (URLError, HTTPException, OSError, ValueError, KeyError, IndexError) as error:
        how = "set OPENAI_MODEL, or mend OPENAI_BASE_URL and OPENAI_API_KEY"
        raise StackError(
            base_url, "does not say which models it has:", how, said=str(error)
        ) from error
    return name


def _place(settings: Settings) -> Place:
    return Place(settings.home / "ai")
