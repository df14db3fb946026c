"""Alembic's way into gateway's database."""

import contactflow.gateway.__main__  # noqa: F401  registers every table
from contactflow.persistence import Base
from contactflow.persistence.migrations import environment

environment(Base.metadata)
