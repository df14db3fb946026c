"""The smallest service there can be: it ticks, and notes its own ticks."""
