"""gateway, which dies where a failpoint is armed."""

from tests.chaos.erasure.mortal.participant import participant

if __name__ == "__main__":
    participant("gateway")
