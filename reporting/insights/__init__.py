"""How the programme does: buyers, sales, points and what is owed, for staff."""
