"""Compares the payment provider's books with the journal, and finds what stands still."""
