"""One tree over all events, what is signed of it, and proofs that anyone can check."""
