"""Carriers: accounts at those who bring calls to us, and how each of them speaks."""
