"""Contacts: one person as a workspace knows them."""
