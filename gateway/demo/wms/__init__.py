"""The warehouse system of the sample retailer: a database that others read."""
