"""The API described: one document for programs, pages for people."""
