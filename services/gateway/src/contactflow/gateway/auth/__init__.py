"""Signing up, logging in and out."""
