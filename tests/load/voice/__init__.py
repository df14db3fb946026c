"""What a caller waits for, beside a plain AgentSession of LiveKit."""
