"""Pages for staff, each with a ``build`` that takes what it works with."""
