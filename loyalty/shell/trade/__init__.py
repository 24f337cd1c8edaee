"""A year of a real grocer's loyalty-card trade: read it, open a programme for it, replay it through the product's services."""
