"""A service's part in an erasure, and the proof of the whole."""
