"""Calls: who called, what was said, what is kept of it."""
