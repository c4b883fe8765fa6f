"""Waymo Open Dataset 2: segments as Parquet tables, one folder for each component."""
