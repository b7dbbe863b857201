"""Procedures for other people's engines: what a machine can know of them, as text."""
