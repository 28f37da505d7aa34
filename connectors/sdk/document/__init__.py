"""YAML that people write: read with the place of every key, and compared with a model."""
