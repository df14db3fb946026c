"""A phone on a laptop: a caller, and the carrier that connects them, against a running service.

The carrier speaks as Twilio does (webhooks with real signatures, TwiML, the media WebSocket in real
time, status callbacks, the REST API for calls that are under way); the caller speaks with a
generated voice, hears by level, and has a script. It shares no code with the service, so that a
mistake in one of the two is not made by the other as well.
"""
