"""A connector of somebody else, which works."""
