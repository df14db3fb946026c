"""Every event and every topic that is declared anywhere in this package."""

from importlib import import_module
from pkgutil import iter_modules

from contactflow.events.base import REGISTRY, Event, Topic


def events() -> list[type[Event]]:
    """All of them, sorted by type."""
    _import_all()
    return [REGISTRY[name] for name in sorted(REGISTRY)]


def topics() -> list[Topic]:
    """The topics they travel on, sorted by name."""
    return sorted({event.topic for event in events()}, key=lambda topic: topic.name)


def _import_all() -> None:
    package = import_module("contactflow.events")
    for module in iter_modules(package.__path__):
        import_module(f"contactflow.events.{module.name}")
