"""Deterministic stand-ins for the heavy parts; each keeps a history of what it was asked."""
