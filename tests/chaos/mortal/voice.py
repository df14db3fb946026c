"""voice, which dies where a failpoint is armed."""

from tests.chaos.mortal.participant import participant

if __name__ == "__main__":
    participant("voice")
