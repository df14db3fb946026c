"""Responsible for who may do what: people, workspaces, keys, agents, and the public door."""
