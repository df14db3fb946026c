"""A workspace: the place of one business."""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from contactflow.events.workspaces import LegalRole, WorkspaceCreated
from contactflow.gateway.workspaces.roles import Role
from contactflow.kernel import Locale, new_id
from contactflow.persistence import Aggregate, Base
from contactflow.vault import Category, Person, Personal, Retention, neutral, unsealed


class Workspace(Aggregate, Base):
    """Its id is its own workspace: it is a row of itself."""

    __tablename__ = "workspaces"
    __table_args__ = (
        {"info": {"system": "who logs in is shown the workspaces they belong to, by name"}},
    )

    name: Mapped[str] = neutral()  # a business's, not a person's
    locale: Mapped[Locale] = neutral()
    legal_role: Mapped[LegalRole] = neutral()

    @classmethod
    def open(
        cls, workspace_id: UUID, *, name: str, locale: Locale, legal_role: LegalRole, at: datetime
    ) -> Self:
        workspace = cls(id=workspace_id, workspace_id=workspace_id, created_at=at)
        workspace.name, workspace.locale, workspace.legal_role = name, locale, legal_role
        created = WorkspaceCreated(workspace_id=workspace_id, legal_role=legal_role, locale=locale)
        workspace.record(created, at=at)
        return workspace


class Membership(Personal, Base):
    """That an account holder works in a workspace.

    A fact about the account holder, so it lies with them in the platform workspace and goes when
    they do.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["accounts.workspace_id", "accounts.id"],
            ondelete="CASCADE",
        ),
        Index(None, "workspace_id", "account_id"),
        UniqueConstraint("workspace_id", "member_of", "account_id"),
        {"info": {"system": "a session is worth the roles of its account holder"}},
    )

    account_id: Mapped[UUID] = neutral()
    member_of: Mapped[UUID] = unsealed(
        "gateway.membership.member_of", Category.PSEUDONYM, Retention.ACCOUNT
    )
    role: Mapped[Role] = unsealed("gateway.membership.role", Category.PSEUDONYM, Retention.ACCOUNT)
    created_at: Mapped[datetime] = neutral()

    @classmethod
    def of(
        cls, person: Person, account_id: UUID, *, member_of: UUID, role: Role, at: datetime
    ) -> Self:
        membership = cls(account_id=account_id, member_of=member_of, role=role, created_at=at)
        membership.about(person, new_id())
        return membership
