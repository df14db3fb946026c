"""Phrases: what is said without a model, made beforehand in the agent's own voice."""
