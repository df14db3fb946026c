"""What can go wrong with a phrase: asking again helps only once somebody has changed something."""


class SpeechRefusedError(Exception):
    """The endpoint does not say this, or not in this voice, or not to us."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the endpoint answered {status}")


class SpeechTooShortError(Exception):
    """Nobody says so many words in so little time."""
