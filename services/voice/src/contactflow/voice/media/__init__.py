"""The edge of the media process: from a carrier's socket to a live call and its record."""
