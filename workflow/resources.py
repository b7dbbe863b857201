"""Where the data that travels with the code stands: the declared procedures and the templates.

The checkout keeps both at its top. The wheel keeps them inside the package, since `states` and
`templates` are names that site-packages has to share with everybody.
"""

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def folder(name: Literal["states", "templates"]) -> Path:
    """Return the absolute path of a data folder: the installed one, else the checkout's.

    The path is not checked: in a tree that holds neither folder it leads nowhere.
    """
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
