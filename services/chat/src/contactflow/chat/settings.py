"""What chat's processes read from their environment, beside what every service's do."""

from datetime import timedelta

from pydantic import Field, SecretStr

from contactflow.ai import Endpoint
from contactflow.chat.conversations.pace import Pace
from contactflow.runtime import Settings


class ChatSettings(Settings):
    """`chat_pause` is in seconds: how long the AI waits for the visitor to go on writing."""

    openai_base_url: str
    openai_api_key: SecretStr
    openai_model: str
    openai_temperature: float | None = None
    chat_pause: float = Field(default=0.8, ge=0, le=15)

    @property
    def pace(self) -> Pace:
        return Pace(pause=timedelta(seconds=self.chat_pause))

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(
            self.openai_base_url,
            self.openai_api_key.get_secret_value(),
            self.openai_model,
            self.openai_temperature,
        )
