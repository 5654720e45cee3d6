"""A running session from outside: the HTTP API, the tablet's page, and the client of both."""
