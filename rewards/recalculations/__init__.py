"""Rules undone, or added, for purchases of the past: previewed, approved by a second person, and run over stored purchases."""
