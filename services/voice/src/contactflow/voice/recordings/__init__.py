"""Recordings of calls: sealed segments in the object store, registered before they are stored."""
