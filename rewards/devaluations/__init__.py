"""What points will buy less from a day on: announced to the members who hold them, and shown until then."""
