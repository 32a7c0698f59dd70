"""The Excel add-in: what runs behind its buttons, and the windows that it shows."""
