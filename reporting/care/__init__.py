"""The story of a member, for the colleagues who help."""
