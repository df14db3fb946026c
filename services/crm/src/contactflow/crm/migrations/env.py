"""Alembic's way into crm's database."""

import contactflow.crm.__main__  # noqa: F401  registers every table
from contactflow.persistence import Base
from contactflow.persistence.migrations import environment

environment(Base.metadata)
