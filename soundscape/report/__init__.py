"""Pictures and pages of sessions, drawn from their journals by plain code."""
