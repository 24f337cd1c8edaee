"""Playbooks as colleagues use them: a gallery, one form, and what became of each draft."""
