"""Deliveries on their way to the sample retailer's stores: a file that comes every night."""
