"""What becomes of the names of an older version: read from what the newer one says it replaces."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from workflow.engine.procedure import Procedure, Replacement

POLICY = "+"
"""In a version: behind it stands the policy that lies over the procedure (`1+waterstad.2`)."""


class Counterparts(msgspec.Struct, frozen=True):
    """For names of an older version, the names that the newer one has for them."""

    states: Mapping[str, Mapping[str, str]] = {}
    kinds: Mapping[str, str] = {}
    purposes: Mapping[str, str] = {}

    def state(self, track: str, name: str) -> str:
        """What a state of the track is called in the newer version."""
        return self.states.get(track, {}).get(name, name)

    def kind(self, name: str) -> str:
        """What a kind is called in the newer version."""
        return self.kinds.get(name, name)

    def purpose(self, name: str) -> str:
        """What a purpose is called in the newer version."""
        return self.purposes.get(name, name)


def counterparts(newer: Procedure, version: str, digest: str) -> Counterparts:
    """What `newer` says about the older version with this name and digest (hex).

    An entry that names the digest goes before one that names the version, and that before one that
    names the version without its policy. Where none does, every name stands for itself.
    """
    meant = [
        one
        for one in newer.replaces
        if one.version in (version, version.partition(POLICY)[0])
        and (one.digest is None or digest.startswith(one.digest))
    ]
    if not meant:
        return Counterparts()
    best = min(meant, key=lambda one: _rank(one, version))
    return Counterparts(best.states, best.kinds, best.purposes)


def _rank(one: Replacement, version: str) -> tuple[bool, bool]:
    return one.digest is None, one.version != version
