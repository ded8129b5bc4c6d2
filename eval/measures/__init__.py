"""Measures: pure functions, one definition a file."""
