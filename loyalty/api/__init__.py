"""The REST API: its table of addresses and its documentation."""
