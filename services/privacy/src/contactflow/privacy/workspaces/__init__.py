"""Workspaces: which there are, and who answers to the people in each."""
