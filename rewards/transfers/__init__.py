"""Points that members send to one another."""
