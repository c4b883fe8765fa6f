"""ASAM OpenLABEL: its documents, reader and writer."""
