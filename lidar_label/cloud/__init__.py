"""Clouds of any size as tiles on disk: built from a source, read by what is looked at or asked for."""
