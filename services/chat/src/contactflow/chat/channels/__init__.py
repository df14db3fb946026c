"""Channels: where visitors reach a workspace, and the agent that answers there."""
