"""Power cuts: every write of every scene may be the last, torn, or refused by the disk. ``python -m evals.cuts``."""
