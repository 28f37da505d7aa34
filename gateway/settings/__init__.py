"""What `tillgraph.yaml` may say, and how it is read."""
