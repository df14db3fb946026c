"""Accounts: people of the platform workspace who work in workspaces."""
