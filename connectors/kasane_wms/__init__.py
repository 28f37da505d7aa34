"""Kasane's warehouse system: catalogue and stock, from its SQL database."""
