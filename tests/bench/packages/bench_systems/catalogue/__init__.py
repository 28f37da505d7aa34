"""The benchmark's catalogue: JSON over HTTP."""
