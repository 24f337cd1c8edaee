"""What a file says, where it says it, and how two states of a programme differ. Pure."""
