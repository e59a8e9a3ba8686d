"""For programs: the HTTP API, that of OpenAI's clients, tools of the Model Context Protocol, health and counters."""
