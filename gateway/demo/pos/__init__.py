"""The POS: what the stores sold, as an old till system tells it over HTTP."""
