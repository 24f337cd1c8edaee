"""Can anybody change the points afterwards without being found out? A Merkle log of movements, signed, published outside the database."""
