"""Teaches the reader (``reader``, ``calibrate``) and the layers for ``questions``; ``lessons`` are what they learn."""
