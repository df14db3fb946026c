"""Phone numbers: which agent answers where, and on what terms."""
