"""Kasane's CRM: customers and their loyalty accounts."""
