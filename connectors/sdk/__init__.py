"""What a connector is written with: ports, errors, manifest, transports, registry."""
