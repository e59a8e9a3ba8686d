"""Fits the weights in ``assistant/fitted`` on public sets: ``python -m evals.fit --data DIR``."""
