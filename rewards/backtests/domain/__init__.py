"""The arithmetic of back-tests. Pure."""
