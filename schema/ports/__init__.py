"""What resolvers may ask, in domain terms. The engine answers.

A method that takes a sequence answers with one of the same length and order: a record, None where
no system knows the thing, or the error that stands in its place. It does not raise for a system's
failure.
"""
