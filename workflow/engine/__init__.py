"""The pure engine: what may happen, what did, and who may know. No clock, no database, no key."""
