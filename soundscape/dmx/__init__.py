"""DMX over the network: light values to packets, and when they are sent."""
