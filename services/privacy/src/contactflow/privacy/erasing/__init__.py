"""Erasing: find somebody everywhere, have them erased, and look whether anything is left."""
