"""The graph over HTTP, websockets and server-sent events."""
