"""What voice's processes read from their environment, beside what every service's do."""

from contactflow.runtime import Settings


class VoiceSettings(Settings):
    """`voice_public_url` is where carriers reach our webhooks, as they are told: they sign it.

    `telnyx_api_url` is where Telnyx takes commands.
    """

    voice_public_url: str
    telnyx_api_url: str = "https://api.telnyx.com"

    @property
    def public_url(self) -> str:
        return self.voice_public_url.rstrip("/")
