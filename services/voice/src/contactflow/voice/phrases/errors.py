"""What can go wrong with a phrase: asking again helps only once somebody has changed something."""

from contactflow.kernel import ContactFlowError


class SpeechRefusedError(ContactFlowError):
    """The endpoint does not say this, or not in this voice, or not to us."""

    code = "speech_refused"


class SpeechTooShortError(ContactFlowError):
    """Nobody says so many words in so little time."""

    code = "speech_too_short"
