"""Points that end in the months ahead, and what the books carry for them."""
