"""Formats: one room each, reader and writer, behind one registry."""
