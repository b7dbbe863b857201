"""Streams beside cases, which say who has looked. They lie among the events and heads there are.

No table changes: a look is signed, chained, counted by checkpoints and kept from being changed as
every event is. A program that does not know such streams would take them for cases, so from here on
it refuses the store.
"""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing but the number; nobody has looked yet, as far as is known."""


def downgrade() -> None:
    """Refuse: what was recorded of who looked is not taken away."""
    raise RuntimeError("a store is never taken apart")
