"""The timeline: (show, commands, frames) to clips, gains, light moves and cues."""
