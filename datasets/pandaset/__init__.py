"""PandaSet: sequences of pickled pandas frames, with pictures beside them."""
