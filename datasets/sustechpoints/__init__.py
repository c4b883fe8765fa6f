"""SUSTechPOINTS: its folders, reader and writer."""
