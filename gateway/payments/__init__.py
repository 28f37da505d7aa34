"""Card payments on named readers: money, and nothing but."""
