"""How fast events travel, and whether all arrive, beside what one first writes."""
