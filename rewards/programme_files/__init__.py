"""A programme as one file: read with line numbers, held against what is live, written, taken over, and tried out with examples."""
