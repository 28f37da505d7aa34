"""The sample retailer Kasane: made from a seed, always the same, never stored."""
