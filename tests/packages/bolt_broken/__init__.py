"""A connector of somebody else, whose driver is not installed."""
