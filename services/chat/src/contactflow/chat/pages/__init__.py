"""The chat page, and the widget that customers put on theirs."""
