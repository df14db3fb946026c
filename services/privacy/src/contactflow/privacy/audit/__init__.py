"""Audit: who did what about people's rights, in an order that nobody changes unseen."""
