"""Streams: what is new in a conversation, while the visitor looks."""
