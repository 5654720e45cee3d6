"""A clinic's rooms on one MQTT broker: sessions published, commands taken, all at a glance."""
