"""labelCloud: its folders, label files, reader and writer."""
