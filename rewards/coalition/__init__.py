"""Partners of a coalition: what a point costs them or brings them, and what each month comes to."""
