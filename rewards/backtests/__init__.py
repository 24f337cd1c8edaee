"""Back-tests: what rules would have given, cost and changed, had they been in force over the past. Reads the past, writes its own tables."""
