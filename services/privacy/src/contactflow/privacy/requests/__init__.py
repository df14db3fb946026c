"""Rights requests: what somebody has asked for, by when, and what has become of it."""
