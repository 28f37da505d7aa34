"""What `connector.yaml` may say, as models: one for each part, and one whole for each source."""
