"""What members' events count for together: so many make one unit that the company gives to a cause."""
