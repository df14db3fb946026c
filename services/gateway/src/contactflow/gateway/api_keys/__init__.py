"""API keys: what partners' programs log in with."""
