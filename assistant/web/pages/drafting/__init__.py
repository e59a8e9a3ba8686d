"""What the drafting page is made of: what one has before them, what can be done with it, and how it looks."""
