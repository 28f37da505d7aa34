"""The benchmark's OMS: JSON over HTTP."""
