"""How points and money got from the opening to the closing balance."""
