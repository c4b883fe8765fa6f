"""Long work a person starts: import, export, convert. The same functions behind button and command."""
