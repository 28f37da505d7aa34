"""What `tillgraph connector` does: one command a file."""
