"""Conversations: one visitor, an AI agent and staff, in one order."""
