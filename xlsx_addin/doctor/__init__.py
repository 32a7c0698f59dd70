"""What can be in the way of a refresh, checked one thing at a time."""
