"""Reading: which parts of the nearest passages answer a question, and whether any does."""
