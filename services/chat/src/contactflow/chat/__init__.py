"""Responsible for conversations: what visitors, AI agents and staff say to each other."""
