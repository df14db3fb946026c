"""How Telnyx speaks."""
