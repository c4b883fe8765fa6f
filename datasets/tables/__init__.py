"""Tables of boxes, as CSV and as Parquet."""
