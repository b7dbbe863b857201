"""Procedures as files: reading them, and checking them before anyone runs them."""
