"""The self-test: an Excel of its own, the built-in sandbox, and what a person would check."""
