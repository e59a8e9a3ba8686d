"""Language models: one client for any OpenAI-compatible endpoint, and an embedded one of our own."""
