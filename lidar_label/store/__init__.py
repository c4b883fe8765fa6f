"""The project file: scenes, taxonomy, tracks, boxes and history in one SQLite database."""
