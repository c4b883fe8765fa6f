"""Xtreme1 (BasicAI): data folders and exported results, reader and writer."""
