"""The connector that `connector.yaml`, beside this file, describes."""

from connectors.declarative import packaged_connector

BenchOms = packaged_connector(__name__)
