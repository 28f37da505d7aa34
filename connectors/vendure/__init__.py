"""Vendure: customers, orders, catalogue and stock over its admin GraphQL API."""
