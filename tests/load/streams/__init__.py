"""Visitors who keep their page open, beside a stream that polls."""
