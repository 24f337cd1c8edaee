"""People who buy for a company that is a member."""
