"""How Twilio speaks."""
