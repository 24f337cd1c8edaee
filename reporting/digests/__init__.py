"""The letter on Mondays: how the programme did last week, to colleagues who asked for it."""
