"""Merging over time: frames laid over each other by the ego poses, and one track's points in its own box."""
