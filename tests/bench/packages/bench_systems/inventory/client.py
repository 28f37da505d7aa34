"""The connector that `connector.yaml`, beside this file, describes."""

from connectors.declarative import packaged_connector

BenchInventory = packaged_connector(__name__)
