"""What voice's processes read from their environment, beside what every service's do."""

from pydantic import SecretStr

from contactflow.runtime import Settings


class VoiceSettings(Settings):
    """`openai_tts_voice` speaks for agents that name no voice.

    `voice_public_url` is where carriers reach our webhooks, as they are told: they sign it.

    `telnyx_api_url` is where Telnyx takes commands.
    """

    openai_base_url: str
    openai_api_key: SecretStr
    openai_tts_model: str = "tts-1"
    openai_tts_voice: str = "alloy"
    voice_public_url: str
    telnyx_api_url: str = "https://api.telnyx.com"

    @property
    def public_url(self) -> str:
        return self.voice_public_url.rstrip("/")
