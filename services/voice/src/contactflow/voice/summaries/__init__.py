"""Summaries: what a call was about, written by the model once the call is over."""
