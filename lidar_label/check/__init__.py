"""What is checked before labels leave."""
