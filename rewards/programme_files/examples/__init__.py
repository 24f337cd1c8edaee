"""Golden examples: what a programme does on given days, tried out in a programme that is thrown away afterwards."""
