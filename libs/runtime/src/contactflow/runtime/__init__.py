"""How a service runs: settings, processes, health, commands."""

from contactflow.runtime.commands import main
from contactflow.runtime.platform import Platform, platform
from contactflow.runtime.service import Command, Live, Role, Service
from contactflow.runtime.settings import FROM_JSON, Settings, SettingsError, read
from contactflow.runtime.workspaces import opens_workspaces

__all__ = [
    "FROM_JSON",
    "Command",
    "Live",
    "Platform",
    "Role",
    "Service",
    "Settings",
    "SettingsError",
    "main",
    "opens_workspaces",
    "platform",
    "read",
]
