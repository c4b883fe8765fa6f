"""nuScenes: its tables, reader and writer."""
