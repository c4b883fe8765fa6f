"""The labelling desk: PyQt6 and VTK."""
