"""The HTTP API and the tablet's page."""
