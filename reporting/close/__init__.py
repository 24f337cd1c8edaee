"""Month-end close: expire what is due, value, check, let a second person approve, lock."""
