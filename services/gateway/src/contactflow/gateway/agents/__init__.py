"""AI agents: how a workspace's callers and visitors are answered."""
