"""The add-in for Excel: macros, functions and their windows."""
