"""Hypothesis finds the same examples in every run, and no test fails for being slow."""

from hypothesis import settings

settings.register_profile("course", derandomize=True, deadline=None, database=None, max_examples=50)
settings.load_profile("course")
