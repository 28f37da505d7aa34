"""Plain records of the shop's own nouns; the standard library and msgspec only."""
