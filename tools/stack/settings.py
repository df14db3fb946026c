"""What the stack reads from the environment: where it lives, and servers that replace its own."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contactflow.testing.settings import home

ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Settings:
    """None where the stack starts a server of its own."""

    home: Path
    database_admin_url: str | None = None
    kafka: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    object_store_url: str | None = None
    openai_base_url: str | None = None
    openai_api_key: str | None = None
    openai_model: str | None = None
    subprocessors: str | None = None
    collector: str | None = None


def read(environment: Mapping[str, str] = os.environ) -> Settings:  # noqa: TID251  the settings
    """`DATABASE_ADMIN_URL` may create databases and roles; the others are the services' own."""
    return Settings(
        home(ROOT),
        environment.get("DATABASE_ADMIN_URL"),
        environment.get("KAFKA_BOOTSTRAP_SERVERS"),
        environment.get("SMTP_URL"),
        environment.get("MAIL_FROM"),
        environment.get("OBJECT_STORE_URL"),
        environment.get("OPENAI_BASE_URL"),
        environment.get("OPENAI_API_KEY"),
        environment.get("OPENAI_MODEL"),
        environment.get("SUBPROCESSORS"),
        environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"),
    )


def passed_on(environment: Mapping[str, str] = os.environ) -> dict[str, str]:  # noqa: TID251  see above
    """Of our environment, what the processes of the stack get."""
    return {name: environment[name] for name in PASSED_ON if name in environment}
