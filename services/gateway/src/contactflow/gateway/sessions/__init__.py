"""Sessions: who is logged in, in which browser."""
