"""Lists, search and timelines among a million contacts, beside ORM + OFFSET + ILIKE."""
