"""Big clouds in the desk: what is drawn, picked and counted of a tile store."""
