"""What a person is shown of a session: the snapshot and its texts."""
