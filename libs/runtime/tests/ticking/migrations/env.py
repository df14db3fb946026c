"""Alembic's way into the database."""

from contactflow.persistence import Base
from contactflow.persistence.migrations import environment
from libs.runtime.tests.ticking import model  # noqa: F401  registers the tables

environment(Base.metadata)
