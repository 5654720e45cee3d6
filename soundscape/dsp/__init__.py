"""Arrays in, arrays out: fades, lanes, the limit on rising."""
