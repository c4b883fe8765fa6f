"""Session, the only writer of labels; commands make patches; history is the undo stack."""
