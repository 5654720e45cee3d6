"""DMX universes over the network: sockets, and the process that keeps a look after a session."""
