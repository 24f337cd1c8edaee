"""Playbooks: campaigns that marketing knows to work, drafted whole from a few answers."""
