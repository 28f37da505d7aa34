"""The sample retailer's OMS: orders from everywhere but the stores, over SOAP 1.1."""
