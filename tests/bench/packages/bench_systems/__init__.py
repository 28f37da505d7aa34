"""The connectors of the four systems that the benchmark asks."""
