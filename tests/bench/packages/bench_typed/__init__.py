"""The same four systems by connectors in code, which decode straight into typed rows."""
