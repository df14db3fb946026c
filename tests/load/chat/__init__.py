"""A visitor's message, accepted by chat and by the route that one first writes."""
