"""Reaching a running session: the HTTP API, the tablet's page, and the client that all use."""
