"""python -m tests.load [PART]: everything, or one part."""

import argparse
import asyncio
import sys
from collections.abc import Iterable
from typing import Final

from tests.load.chat import report as chat
from tests.load.contacts import report as contacts
from tests.load.erasure import report as erasure
from tests.load.gateway import report as gateway
from tests.load.messaging import report as messaging
from tests.load.streams import report as streams
from tests.load.voice import report as voice

PARTS: Final = {
    "erasure": erasure.main,
    "messaging": messaging.main,
    "contacts": contacts.main,
    "chat": chat.main,
    "gateway": gateway.main,
    "streams": streams.main,
    "voice": voice.main,
}


async def main(parts: Iterable[str]) -> int:
    """Measure and print; 1 if something is slower than it may be."""
    return int(any([await PARTS[part]() for part in parts]))


def asked() -> Iterable[str]:
    """The part that is named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("part", nargs="?", choices=[*PARTS])
    part = parser.parse_args().part
    return [part] if part else PARTS


if __name__ == "__main__":
    sys.exit(asyncio.run(main(asked())))
