"""Agents: chat's own copy of what gateway published."""
