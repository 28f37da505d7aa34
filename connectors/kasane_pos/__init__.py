"""Kasane's POS: sales in stores, over HTTP."""
