"""Deliveries on their way to Kasane's stores, from a nightly file."""
