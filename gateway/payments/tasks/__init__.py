"""What readers do besides payments: they show carts, ask for inputs and keep cards for later."""
