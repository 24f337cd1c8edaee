"""Who stays: members by the month in which they began, and how many of them bought in each month since."""
