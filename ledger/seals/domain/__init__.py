"""Trees, leaves, notes and proofs. Pure: no Django, no clock, no database, no key store."""
