"""What voice's processes read from their environment, beside what every service's do."""

from contactflow.runtime import Settings


class VoiceSettings(Settings):
    """`voice_public_url` is where carriers reach our webhooks, as they are told: they sign it."""

    voice_public_url: str
