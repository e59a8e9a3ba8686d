"""What people see of evals: ``dafu eval`` and the page 评测, which pyproject.toml registers as entry points of Dafu."""

COMMANDS = {"eval": ("evals.faces.command", "Measure the quality of answers and of search.")}
