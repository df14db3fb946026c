"""Migrations of a database of tests."""

from sqlalchemy import MetaData

from contactflow.persistence.migrations import environment

environment(MetaData())
