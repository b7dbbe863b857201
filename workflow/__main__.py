"""Starts the command `zaak`, from the wheel or from the checkout: `python -m workflow`."""

from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run the command line of this copy of the program with `sys.argv`.

    The wheel holds it as `workflow.cli`; in the checkout it is `cli`, at the top.

    Raises:
        SystemExit: always; the code is the one the command ends with.
    """
    packaged = Path(__file__).with_name("cli.py").is_file()
    import_module("workflow.cli" if packaged else "cli").main()


if __name__ == "__main__":
    main()
