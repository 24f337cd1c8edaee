"""Members as partners see them: the person of accounts with points and tier."""
