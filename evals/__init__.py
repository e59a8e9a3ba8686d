"""Suites, metrics, runs and their comparison; ``evals.bench`` measures search on other people's sets."""
