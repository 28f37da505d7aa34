"""How one system is spoken to."""
