"""Everything of the desk that touches VTK."""
