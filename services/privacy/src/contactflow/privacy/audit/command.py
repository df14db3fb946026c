"""`python -m contactflow.privacy audit verify`: whether every chain is as it was written."""

import sys
from argparse import ArgumentParser, Namespace

from contactflow.kernel import encode
from contactflow.privacy.audit.verifying import Chain, verify
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Command, Platform


def add_arguments(parser: ArgumentParser) -> None:
    does = parser.add_subparsers(dest="does", required=True, metavar="verify")
    does.add_parser("verify", help="0 when every chain is whole, 1 when one is not")


async def run(on: Platform[PrivacySettings], _: Namespace) -> int:
    """A line for each workspace: the last entry of a whole chain, the first bad one of another."""
    broken = 0
    async for chain in verify(on.system):
        broken += bool(chain.fault)
        sys.stdout.write(f"{encode('ws', chain.workspace_id)}: {_verdict(chain)}\n")
    return 1 if broken else 0


def _verdict(chain: Chain) -> str:
    if chain.fault:
        return f"entry {chain.seq} is {chain.fault}"
    return f"{chain.seq} entries, as they were written; the last is {chain.hash.hex()}"


AUDIT = Command("audit", "the audit ledger", add_arguments, run)
