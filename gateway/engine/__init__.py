"""Answers the graph's ports from connectors: routing, fan-out, merging, limits."""
