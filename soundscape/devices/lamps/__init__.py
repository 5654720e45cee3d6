"""Lamps over MQTT, in a process of their own."""
