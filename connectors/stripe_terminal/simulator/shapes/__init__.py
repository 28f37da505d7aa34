"""The account's records in the form of Stripe's API. Pure: no I/O and no clock."""
