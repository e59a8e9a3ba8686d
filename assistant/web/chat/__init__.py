"""The chat: ``page`` has its events, ``thread`` its state; the rest is how it looks and what its script fetches."""
