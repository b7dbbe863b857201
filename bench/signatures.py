"""How long verifying the signatures of events takes on all cores, against bare Ed25519.

Both sides verify the same signatures of the same events, dealt out to one process for each core.
The bare side is given the key, the signature and the signed text as they are made of an event; ours
takes the SSHSIG and the body as they are stored, and finds these three in them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bench.advance import ready
from bench.measure import Batch, Result, compared, interleaved
from workflow.crypto.keys import verify

GOAL = 1 / 0.9
"""Nine tenths of the speed of bare Ed25519."""

Stored = tuple[bytes, bytes]
"""A signature and the body that it is of, as they are stored."""
_SIGNED = b"SSHSIG\0\0\0\x0ezaakgang-event\0\0\0\0\0\0\0\x06sha512\0\0\0\x40"
"""What stands before the hash in the text that is signed (OpenSSH, PROTOCOL.sshsig)."""


def _ours(stored: Stored) -> Callable[[], object]:
    return partial(verify, *stored)


def _bare(stored: Stored) -> Callable[[], object]:
    signature, body = stored
    key = Ed25519PublicKey.from_public_bytes(verify(signature, body).raw)
    return partial(key.verify, signature[-64:], _SIGNED + hashlib.sha512(body).digest())


def _timed(each: Callable[[Stored], Callable[[], object]], stored: list[Stored], n: int) -> float:
    calls = [each(stored[number % len(stored)]) for number in range(n)]
    begun = perf_counter()
    for call in calls:
        call()
    return perf_counter() - begun


def measure(folder: Path, rounds: int) -> list[Result]:
    """Our verifying against bare verifying, each on all cores at once."""
    association = ready(folder)
    with association.store.read() as tx:
        stored = [(record.signature, record.body) for _, record in tx.everything()]
    association.close()
    cores = os.cpu_count() or 1
    with get_context("spawn").Pool(cores) as pool:

        def batch(each: Callable[[Stored], Callable[[], object]]) -> Batch:
            def verified(steps: int) -> float:
                share = [(each, stored, steps // cores)] * cores
                return max(pool.starmap(_timed, share))

            return verified

        contenders = {"ours": batch(_ours), "bare Ed25519": batch(_bare)}
        times = interleaved(contenders, 500 * cores, rounds, "signatures", 500 * cores)
    against = "bare Ed25519 on all cores"
    return [compared("signatures", times["ours"], times["bare Ed25519"], GOAL, against)]
