"""Card payments on readers that are driven from the server, through Stripe Terminal."""
