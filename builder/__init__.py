"""Lessons to pages: parse, check, typeset, bundle, assemble. CPython only."""
