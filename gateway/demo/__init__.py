"""The sample retailer: its legacy systems as real processes, for `make demo` and the tests."""
