"""The door: who sends a request, and where from."""
