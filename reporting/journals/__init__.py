"""The journals and the trial balance, for people."""
