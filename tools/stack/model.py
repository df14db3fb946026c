"""The language model that the services ask: the local one, or whatever the environment names."""

from tools.local_ai.install import CannotInstallError, install, is_installed
from tools.local_ai.weights import NAME, Place
from tools.stack.engines import local_ai
from tools.stack.errors import StackError
from tools.stack.settings import Settings
from tools.stack.state import State

SIZE = 1.1  # GB to fetch
DISK = 3_000_000_000  # bytes while the parts are joined
UNCHECKED_KEY = "local"


def is_missing(settings: Settings) -> bool:
    """Whether something has to be fetched."""
    return not settings.openai_base_url and not is_installed(_place(settings))


def start(settings: Settings, state: State) -> bool:
    """Fetch what is missing and start the local model; nothing where an outside one is named."""
    if settings.openai_base_url:
        return False
    try:
        install(_place(settings))
    except CannotInstallError as refusal:
        raise StackError(str(refusal)) from refusal
    return local_ai(state).start()


def told(settings: Settings, state: State) -> dict[str, str]:
    """What the services' environment says about it."""
    if settings.openai_base_url is None:
        return {
            "OPENAI_BASE_URL": local_ai(state).launch().url,
            "OPENAI_API_KEY": UNCHECKED_KEY,
            "OPENAI_MODEL": NAME,
        }
    named = {
        "OPENAI_BASE_URL": settings.openai_base_url,
        "OPENAI_API_KEY": settings.openai_api_key,
        "OPENAI_MODEL": settings.openai_model,
    }
    return {name: value for name, value in named.items() if value}


def _place(settings: Settings) -> Place:
    return Place(settings.home / "ai")
