"""What a session writes down: the journal for people, the records that a recovery replays."""
