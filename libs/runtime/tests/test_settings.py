"""What a process says when its environment is not as it must be."""

import pytest

from contactflow.runtime import Settings, SettingsError, read

URLS = {
    "DATABASE_URL": "postgresql://app:hunter2@db/crm",
    "SYSTEM_DATABASE_URL": "postgresql://system:hunter2@db/crm",
    "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
}
REQUIRED = [*URLS, "ROOT_KEY", "INDEX_SECRETS", "OBJECT_STORE_URL"]
REQUIRED += ["SIGNING_KEY", "TRUSTED_KEYS"]


@pytest.fixture
def complete(secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (URLS | secrets).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("complete")
def test_a_complete_environment_is_read() -> None:
    settings = read(Settings)

    assert settings.index_secrets[1].get_secret_value() == b"index"
    assert "hunter2" not in repr(settings)


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_missing_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(SettingsError) as raised:
        read(Settings)

    assert raised.value.lines == [f"{name} is missing."]


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DATABASE_URL", "hunter2", "must look like postgresql://user:password@host:port/database"),
        ("ROOT_KEY", "hunter2!", "must be base64"),
        ("ROOT_KEY", "aHVudGVyMg==", "must be 32 bytes in base64"),
        ("INDEX_SECRETS", "hunter2", "must be JSON"),
        ("OBJECT_STORE_URL", "hunter2", "must be file:///folder, writable, or like s3://"),
        ("OBJECT_STORE_URL", "file:///dev/null/hunter2", "must be file:///folder, writable"),
        ("SIGNING_KEY", "hunter2", "must be an Ed25519 private key, as PEM or as JWK"),
        ("TRUSTED_KEYS", '{"gateway": "hunter2"}', "must be JSON of issuers"),
        ("PORT", "hunter2", "input should be a valid integer"),
    ],
)
def test_what_is_malformed_is_named_and_not_shown(
    name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as raised:
        read(Settings)

    [line] = raised.value.lines
    assert line.startswith(f"{name} is wrong: {reason}")
    assert "hunter2" not in line


@pytest.mark.usefixtures("complete")
def test_everything_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROOT_KEY")
    monkeypatch.setenv("PORT", "x")

    with pytest.raises(SettingsError) as raised:
        read(Settings)

    assert len(raised.value.lines) == 2


@pytest.mark.usefixtures("complete")
def test_a_neighbour_without_an_address_is_named() -> None:
    with pytest.raises(SettingsError) as raised:
        read(Settings).address("chat")

    assert raised.value.lines == ["CHAT_URL is missing."]
