"""What the points that members hold are worth in the books: pools, allocations, estimates and releases."""
