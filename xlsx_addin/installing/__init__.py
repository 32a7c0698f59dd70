"""Putting the add-in where Excel loads it, and taking it away again."""
