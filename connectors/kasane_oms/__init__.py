"""Kasane's OMS: orders from everywhere but the stores, and their customers, over SOAP 1.1."""
