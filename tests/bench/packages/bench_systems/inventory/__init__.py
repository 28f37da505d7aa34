"""The benchmark's inventory: JSON over HTTP."""
