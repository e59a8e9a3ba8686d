"""Workbooks and CSV → the title lines, tables and notes of each sheet."""
