"""The two things that can go wrong with a store, and how driver errors become one of them."""

import errno
from typing import Literal

from sqlalchemy.exc import DBAPIError

Code = Literal[
    "store-corrupt",
    "store-exists",
    "store-failed",
    "store-full",
    "store-locked",
    "store-missing",
    "store-newer",
    "store-older",
    "store-readonly",
    "store-unreachable",
]


class StoreTrouble(Exception):
    """The store cannot do its work; nothing of the transaction was kept.

    `code` names the cause, `where` the store (a path, or a URL without its password), `detail`
    says in the database's words what happened.
    """

    def __init__(self, code: Code, where: str, detail: str = "") -> None:
        super().__init__(code, where, detail)
        self.code = code
        self.where = where
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.where}: {self.detail}"


class Conflict(Exception):
    """What was to be written does not follow what is there; nothing was written.

    For events, `expected` is the seq the writer thought the stream had reached. For an item, a
    receipt or a procedure that is already there, `expected` is None.
    """

    def __init__(self, stream: str, expected: int | None) -> None:
        super().__init__(stream, expected)
        self.stream = stream
        self.expected = expected

    def __str__(self) -> str:
        if self.expected is None:
            return f"already written: {self.stream}"
        return f"{self.stream} is not at {self.expected}"


# https://www.sqlite.org/rescode.html: the primary code is the low byte of the extended code.
_SQLITE: dict[int, Code] = {
    1: "store-corrupt",  # our statements are fixed, so a wrong one means a wrong schema
    3: "store-readonly",
    5: "store-locked",
    6: "store-locked",
    8: "store-readonly",
    11: "store-corrupt",
    13: "store-full",
    14: "store-readonly",
    23: "store-readonly",
    26: "store-corrupt",
}
# The wal-index is sized before anything is written to it: no room shows here first.
_SQLITE_IOERR_SHMSIZE = 4874

# PostgreSQL manual, appendix A: whole codes first, then classes.
_SQLSTATE: dict[str, Code] = {
    "25006": "store-readonly",
    "3D000": "store-missing",
    "40001": "store-locked",
    "40P01": "store-locked",
    "42501": "store-readonly",
    "42P07": "store-exists",
    "53100": "store-full",
    "53300": "store-unreachable",
    "55P03": "store-locked",
    "08": "store-unreachable",
    "28": "store-unreachable",
    "42": "store-corrupt",
    "57": "store-unreachable",
    "XX": "store-corrupt",
}

_ERRNO: dict[int, Code] = {
    errno.EACCES: "store-readonly",
    errno.EDQUOT: "store-full",
    errno.EEXIST: "store-exists",
    errno.EISDIR: "store-exists",
    errno.ENOENT: "store-missing",
    errno.ENOSPC: "store-full",
    errno.ENOTDIR: "store-missing",
    errno.EPERM: "store-readonly",
    errno.EROFS: "store-readonly",
}


def trouble(error: BaseException, where: str) -> StoreTrouble:
    """Name the cause of an error of SQLAlchemy, a driver or the file system.

    This is the only place that does so. `where` must already be free of passwords.
    """
    if isinstance(error, StoreTrouble):
        return error
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, OSError):
        known = _ERRNO.get(cause.errno or 0, "store-failed")
        return StoreTrouble(known, where, cause.strerror or str(cause))
    result: int | None = getattr(cause, "sqlite_errorcode", None)
    if result is not None:
        if result == _SQLITE_IOERR_SHMSIZE:
            return StoreTrouble("store-full", where, str(cause))
        return StoreTrouble(_SQLITE.get(result & 0xFF, "store-failed"), where, str(cause))
    if hasattr(cause, "sqlstate"):
        return StoreTrouble(_of_sqlstate(cause), where, _primary(cause))
    return StoreTrouble("store-failed", where, type(cause).__name__)


def _of_sqlstate(cause: BaseException) -> Code:
    state: str | None = getattr(cause, "sqlstate", None)
    if state is None:
        # Without an answer from the server there is no SQLSTATE: nobody answered.
        lost = type(cause).__name__ in {"OperationalError", "ConnectionTimeout"}
        return "store-unreachable" if lost else "store-failed"
    return _SQLSTATE.get(state) or _SQLSTATE.get(state[:2], "store-failed")


def _primary(cause: BaseException) -> str:
    # The full text of a PostgreSQL error may quote the failing row; its first line does not.
    message: str | None = getattr(getattr(cause, "diag", None), "message_primary", None)
    return message or str(cause).partition("\n")[0]
