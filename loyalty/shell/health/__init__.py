"""Is the installation well? Probes for machines, metrics for monitoring, a page for colleagues."""
