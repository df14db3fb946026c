"""Sessions: what lets a visitor write in one conversation, for a while."""
