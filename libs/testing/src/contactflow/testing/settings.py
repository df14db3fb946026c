"""What tests and the local stack read from the environment."""

import os
from pathlib import Path


def home(repository: Path) -> Path:
    """Where everything local lies: CONTACTFLOW_HOME, else `.local` beside the code."""
    named = os.environ.get("CONTACTFLOW_HOME")  # noqa: TID251  these are the settings
    return Path(named).resolve() if named else repository / ".local"
