"""What stores sold to everybody beside what members bought there, and the days on which the two do not fit."""
