"""The graph in Strawberry: one noun a file, each type with its resolvers."""
