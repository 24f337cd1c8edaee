"""What stores sold to everybody, day by day, as shops report it: the other half of every share of sales."""
