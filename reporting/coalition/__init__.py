"""Do the books and the statements of partners say the same?"""
