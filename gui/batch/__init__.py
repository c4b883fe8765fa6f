"""The batch view: every frame of one track side by side, to be looked through and set right together."""
