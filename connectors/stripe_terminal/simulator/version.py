"""Which of Stripe's versions is spoken."""

API_VERSION = "2026-10-28.endive"
