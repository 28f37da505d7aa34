"""What can be asked of the account: parameters in, Stripe's objects out."""
