"""Responsible for phone calls: answered by an AI agent, recorded only as far as agreed."""
