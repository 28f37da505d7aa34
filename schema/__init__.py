"""The graph: what clients see. It knows nothing of how it is filled."""
