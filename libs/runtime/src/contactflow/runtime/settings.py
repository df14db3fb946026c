"""What a process reads from its environment, and the plain words when something is wrong there."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

from joserfc.errors import JoseError
from obstore.exceptions import BaseError
from pydantic import AfterValidator, BeforeValidator, Field, SecretBytes, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from contactflow.erasure.objects import open_store
from contactflow.kernel import ContactFlowError, system_clock
from contactflow.web import TokenSigner, TokenVerifier

KEY_BYTES = 32


class SettingsError(ContactFlowError):
    """The environment is not as it must be; `lines` say what to mend, and no value."""

    code = "settings"

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines


def _decoded(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error:
        raise ValueError("must be base64") from None


def _is_key(secret: SecretBytes) -> SecretBytes:
    if len(secret.get_secret_value()) != KEY_BYTES:
        raise ValueError("must be 32 bytes in base64")
    return secret


def _is_postgres(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgresql+asyncpg://")):
        raise ValueError("must look like postgresql://user:password@host:port/database")
    return url


def _parsed(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("must be JSON") from None


def _signs(key: SecretStr) -> SecretStr:
    try:
        TokenSigner("settings", key.get_secret_value(), system_clock)
    except (JoseError, KeyError, TypeError, ValueError):
        raise ValueError("must be an Ed25519 private key, as PEM or as JWK") from None
    return key


def _stores(url: str) -> str:
    try:
        open_store(url)
    except (BaseError, OSError, ValueError):
        raise ValueError("must be file:///folder, writable, or like s3://bucket/prefix") from None
    return url


def _trusts(keys: dict[str, Any]) -> dict[str, Any]:
    try:
        TokenVerifier("settings", keys, system_clock)
    except (JoseError, KeyError, TypeError, ValueError):
        raise ValueError("must be JSON of issuers and their public Ed25519 JWK") from None
    return keys


FROM_JSON: Final = BeforeValidator(_parsed)
"""Reads a list or an object that is written as JSON."""

DatabaseUrl = Annotated[SecretStr, AfterValidator(_is_postgres)]
Secret = Annotated[SecretBytes, BeforeValidator(_decoded)]
Key = Annotated[SecretBytes, BeforeValidator(_decoded), AfterValidator(_is_key)]


class Environment(BaseSettings):
    """The base of all settings: names without a prefix, values that no error shows."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, enable_decoding=False
    )


class TelemetrySettings(Environment):
    """Where a process tells about itself, beside its standard output."""

    log_level: str = "INFO"
    otel_exporter_otlp_endpoint: str | None = None


class MigrationSettings(TelemetrySettings):
    """What `migrate` needs: the role that owns the tables."""

    owner_database_url: DatabaseUrl


class KafkaSettings(TelemetrySettings):
    """What `deadletters` needs."""

    kafka_bootstrap_servers: str = Field(min_length=1)


class Settings(KafkaSettings):
    """What every service's processes need; a service that needs more inherits from it.

    `root_key` wraps this service's workspace keys; `index_secrets` are shared by all services;
    `object_store_url` is where what must outlive a database lies, for all services the same;
    `signing_key` (PEM or JWK) signs what this service asks of others; `trusted_keys` says, by
    issuer, whose tokens it takes; `forwarded_allow_ips` (comma-separated addresses or networks)
    are the proxies that may say whose request they pass on. On `metrics_port` Prometheus is
    answered (0: any free port; unset: nothing is measured), at the same `host`.
    """

    database_url: DatabaseUrl
    system_database_url: DatabaseUrl
    root_key: Key
    index_secrets: Annotated[dict[int, Secret], FROM_JSON, Field(min_length=1)]
    object_store_url: Annotated[str, AfterValidator(_stores)]
    signing_key: Annotated[SecretStr, AfterValidator(_signs)]
    trusted_keys: Annotated[dict[str, Any], FROM_JSON, AfterValidator(_trusts)]
    gateway_url: str | None = None
    chat_url: str | None = None
    crm_url: str | None = None
    privacy_url: str | None = None
    voice_url: str | None = None
    forwarded_allow_ips: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    metrics_port: int | None = Field(default=None, ge=0, le=65535)

    def address(self, service: str) -> str:
        """Where another service is. Raises SettingsError if nobody said."""
        url: str | None = getattr(self, f"{service}_url")
        if url is None:
            raise SettingsError([f"{service.upper()}_URL is missing."])
        return url


S = TypeVar("S", bound=Environment)


def read(settings: type[S]) -> S:
    """The settings of this process. Raises SettingsError with a line for each that is wrong."""
    try:
        return settings()
    except ValidationError as error:
        raise SettingsError([_line(one) for one in error.errors()]) from None


def _line(error: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in error["loc"]).upper()
    if error["type"] == "missing":
        return f"{name} is missing."
    reason = error["msg"].removeprefix("Value error, ")
    return f"{name} is wrong: {reason[0].lower()}{reason[1:]}."
