"""Builds the templates from their sources; a tool of the repository, not part of the program."""
