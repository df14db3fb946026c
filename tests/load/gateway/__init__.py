"""What the gateway adds to a request, beside a forwarder written with httpx."""
