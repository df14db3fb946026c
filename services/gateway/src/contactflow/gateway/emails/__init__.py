"""Outgoing e-mails: asked for once, sent by a job, forgotten when they were sent."""
