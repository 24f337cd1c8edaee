"""The journals in formats that other bookkeeping programs read."""
