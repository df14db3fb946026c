"""Webhooks: what carriers tell us, kept until it is worked on."""
