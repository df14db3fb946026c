"""What a person at the terminal is told."""


class StackError(Exception):
    """The words of one plain sentence; `said` is the end of a log."""

    def __init__(self, *words: object, said: str = "") -> None:
        super().__init__(f"{' '.join(map(str, words))}\n{said}".rstrip())
