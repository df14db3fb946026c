"""What voice's processes read from their environment, beside what every service's do."""

from pydantic import Field, SecretStr

from contactflow.ai import Endpoint
from contactflow.runtime import Settings, SettingsError


class VoiceSettings(Settings):
    """The models are those of one endpoint; `openai_tts_voice` is of agents that name no voice.

    `voice_public_url` is where carriers reach our webhooks, as they are told: they sign it.

    `media_public_url` (wss) is where they reach this very media process, which carries at most
    `media_slots` calls and, told to stop, lets them go on for `media_drain` seconds.

    A model that is silent for `openai_patience` seconds is asked once more.

    `twilio_api_url` and `telnyx_api_url` are where carriers take commands.
    """

    openai_base_url: str
    openai_api_key: SecretStr
    openai_model: str
    openai_stt_model: str = "whisper-1"
    openai_temperature: float | None = None
    openai_patience: float = Field(default=9, gt=0, le=60)
    openai_tts_model: str = "tts-1"
    openai_tts_voice: str = "alloy"
    voice_public_url: str
    media_public_url: str | None = None
    media_slots: int = Field(default=20, ge=1, le=1000)
    media_drain: float = Field(default=3600, ge=0)
    twilio_api_url: str = "https://api.twilio.com"
    telnyx_api_url: str = "https://api.telnyx.com"

    @property
    def public_url(self) -> str:
        return self.voice_public_url.rstrip("/")

    @property
    def media_url(self) -> str:
        """Raises SettingsError: only a process that carries calls needs it."""
        if self.media_public_url is None:
            raise SettingsError(["MEDIA_PUBLIC_URL is missing."])
        return self.media_public_url.rstrip("/")

    @property
    def endpoint(self) -> Endpoint:
        """Of the model that summarizes calls."""
        return Endpoint(
            self.openai_base_url,
            self.openai_api_key.get_secret_value(),
            self.openai_model,
            self.openai_temperature,
        )
