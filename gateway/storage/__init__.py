"""The gateway's own database: payments, and where records have moved."""
