"""Members bring friends: codes, who brought whom, and what both get once the friend's first purchase stands."""
