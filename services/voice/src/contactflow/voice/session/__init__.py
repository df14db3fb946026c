"""One live call: what is said first, what is recorded, what is kept, and what ends it."""
