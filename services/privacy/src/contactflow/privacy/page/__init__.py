"""The officer's page: the queue of rights requests, and one request."""
