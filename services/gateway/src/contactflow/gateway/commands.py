"""What an operator can have the gateway do."""

import sys
from argparse import ArgumentParser, Namespace

from contactflow.gateway.accounts import service
from contactflow.gateway.accounts.errors import AccountNotFoundError, AccountNotVerifiedError
from contactflow.gateway.accounts.repository import SqlAccounts
from contactflow.gateway.settings import GatewaySettings
from contactflow.gateway.workspaces.roles import ROLES
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.runtime import Command, Platform
from contactflow.vault import Email


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", type=Email.parse, help="of an account")
    parser.add_argument("role", choices=ROLES)


async def appoint(on: Platform[GatewaySettings], asked: Namespace) -> int:
    """In the workspace that nobody opens by signing up.

    0; 1 when there is no such account, 3 when it has not confirmed its address (2 is argparse's).
    """
    try:
        async with on.works.begin(PLATFORM_WORKSPACE_ID) as work:
            await service.appoint(
                SqlAccounts(work),
                email=asked.email,
                role=asked.role,
                member_of=PLATFORM_WORKSPACE_ID,
                at=on.clock(),
            )
    except AccountNotFoundError:
        sys.stderr.write("No account has this e-mail address: sign up with it first.\n")
        return 1
    except AccountNotVerifiedError:
        sys.stderr.write("This account has not confirmed its address: it may be anybody's.\n")
        return 3
    sys.stdout.write(f"Appointed: {asked.role} of the platform workspace.\n")
    return 0


ABOUT = "give an account holder a role in the platform workspace"
APPOINT = Command("appoint", ABOUT, add_arguments, appoint)
