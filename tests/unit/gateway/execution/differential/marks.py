"""Extensions by which a schema says how it is resolved."""

WAY = "way"
"""Of a field or a type: see `resolvers`."""

NAME = "name"
"""Of a field: its own name."""

STYLE = "style"
"""Of a schema and its fields: one of those below."""

ROUGH = "rough"
"""Anything may be anywhere."""

TIDY = "tidy"
"""Plain objects, most of them read by default: what is answered by columns."""

EARLY = "early"
"""Levels begin before their parents are there.

They read an attribute of their parents, so these are objects that have it.
"""
