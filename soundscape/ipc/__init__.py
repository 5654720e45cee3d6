"""Between our processes: channel, messages, spawning, shared audio, priority."""
