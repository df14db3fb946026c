"""What the model says as text, and how much of it was heard when it is cut off."""

from typing import Final

from livekit.agents.voice import io

LETTERS_A_SECOND: Final = 15.0
"""Of ordinary speech; counts while not all of it is there as sound."""


class Words(io.TextOutput):
    """The text of one utterance, all of it at once and usually ahead of its sound.

    What was heard is estimated by the share of the sound that was played. LiveKit's own
    TranscriptSynchronizer estimates it by the spectrum of the sound, for 15 ms of the processor
    for each second that is spoken.
    """

    def __init__(self) -> None:
        super().__init__(label="words", next_in_chain=None)
        self._text, self._is_whole = "", True

    async def capture_text(self, text: str) -> None:
        if self._is_whole:
            self._text, self._is_whole = "", False
        self._text += text

    def flush(self) -> None:
        self._is_whole = True

    def heard(self, *, played_s: float, made_s: float) -> str:
        """The words that were said in `played_s`, when so far `made_s` of sound were made."""
        whole_s = max(made_s, len(self._text) / LETTERS_A_SECOND)
        if played_s >= whole_s:
            return self._text
        said = round(len(self._text) * played_s / whole_s)
        return self._text[: self._text.rfind(" ", 0, said + 1) + 1].rstrip()
