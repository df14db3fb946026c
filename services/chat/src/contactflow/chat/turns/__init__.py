"""Turns: how the AI answers what a visitor said."""
