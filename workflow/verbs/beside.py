"""Something worked out in a process of its own, while this one goes on with something else."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

T = TypeVar("T")


@contextmanager
def beside(work: Callable[[], T]) -> Iterator[Callable[[], T | None]]:
    """Lets a copy of this process do some work, and gives what waits for its answer.

    What the copy changes stays there, and it sees nothing of what is changed here. The answer is
    None where there is no such copy or it failed: that takes a system which can copy a process as
    it stands, and this must be its only thread, since another may hold what the copy waits for.
    """
    import multiprocessing
    import threading

    if "fork" not in multiprocessing.get_all_start_methods() or threading.active_count() > 1:
        yield lambda: None
        return
    context = multiprocessing.get_context("fork")
    answer, told = context.Pipe(duplex=False)
    copy = context.Process(target=_tell, args=(work, told), daemon=True)

    def result() -> T | None:
        try:
            found: T = answer.recv()
        except (EOFError, OSError):  # it ended before it had said all
            return None
        return found

    with answer:
        try:
            copy.start()
        except OSError:  # no room for another process
            told.close()
            yield lambda: None
            return
        told.close()
        try:
            yield result
        finally:
            copy.terminate()
            copy.join()


def _tell(work: Callable[[], T], told: Connection) -> None:
    # Whatever goes wrong here goes wrong once more where it can be said.
    with suppress(BaseException):
        told.send(work())
