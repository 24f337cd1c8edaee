"""The first visit to an empty installation: an administrator and a programme, live in ten minutes."""
