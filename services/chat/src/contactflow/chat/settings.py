"""What chat's processes read from their environment, beside what every service's do."""

from datetime import timedelta

from pydantic import Field, SecretStr

from contactflow.ai import Budget, Endpoint
from contactflow.chat.conversations.pace import Pace
from contactflow.runtime import Settings

ANSWER = 15.0  # seconds from a model's first word to its last
TOKENS = 500  # of an answer


class ChatSettings(Settings):
    """`chat_pause` is in seconds: how long the AI waits for the visitor to go on writing.

    `openai_patience` too: how long a visitor waits for the model's first word before a human takes
    over.
    """

    openai_base_url: str
    openai_api_key: SecretStr
    openai_model: str
    openai_temperature: float | None = None
    openai_patience: float = Field(default=12, gt=0, le=60)
    chat_pause: float = Field(default=0.8, ge=0, le=15)

    @property
    def pace(self) -> Pace:
        return Pace(pause=timedelta(seconds=self.chat_pause))

    @property
    def budget(self) -> Budget:
        return Budget(self.openai_patience, self.openai_patience + ANSWER, TOKENS)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(
            self.openai_base_url,
            self.openai_api_key.get_secret_value(),
            self.openai_model,
            self.openai_temperature,
        )
