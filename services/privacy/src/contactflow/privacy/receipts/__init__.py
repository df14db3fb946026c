"""Receipts: what was erased where, signed, for anyone to verify."""
