"""Figures, measured beside the obvious alternative: make bench."""
