"""Chart of accounts, periods and journals of one legal entity. Cold, integer minor units, immutable."""
