"""The facts, by what they are about. Each function's docstring states the fact it proves."""
