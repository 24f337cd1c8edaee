"""Known ways to get a points bank wrong, planted one by one to see that the tests notice. Run by `./dev defects`."""
