"""A local emulator of the Amazon endpoints, for trials, tests and benchmarks."""
