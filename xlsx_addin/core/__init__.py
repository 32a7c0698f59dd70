"""The pure core: what a row means, what to ask, what a row gets. No input, no output."""
