"""Verifying a store, exporting its events, and rebuilding what follows from them."""
