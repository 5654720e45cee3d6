"""The therapist's screen: one glance from two metres in the dark, one key for each command."""
