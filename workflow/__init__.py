"""The engine: procedures as declared state machines over a signed log of sealed contents."""
