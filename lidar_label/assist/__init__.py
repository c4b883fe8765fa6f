"""What the machine does for the person: interpolation first, propagation and fits to come."""
