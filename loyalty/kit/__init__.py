"""Small tools that every app may use: ids, money, points, clock, problems, REST shapes."""
