"""Reviews that shops send: checked by a colleague, rewarded once they are accepted, taken back with the points when they are withdrawn."""
