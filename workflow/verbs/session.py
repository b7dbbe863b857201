"""One run of the command: what was asked for, who asks it, and how it answers.

Every verb gets a Session. Store, key and register are opened when a verb first needs them, so that
a verb that needs none costs nothing. How a verb is declared is in `workflow.verbs.base`; what is
raised here and in the engine becomes a message and an exit code in `workflow.verbs.failures`.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from workflow.verbs.languages import Words
from workflow.verbs.options import Asked

if TYPE_CHECKING:
    from datetime import datetime

    from workflow.crypto.keys import SigningKey
    from workflow.desk.desk import Desk
    from workflow.desk.values import Signer
    from workflow.engine.procedure import Procedure
    from workflow.engine.reasons import Reason
    from workflow.store import Store

YES, NO = frozenset(("j", "ja", "y", "yes")), frozenset(("n", "nee", "no"))
"""What counts as an answer at the terminal, in both languages."""

_DUTCH_TROUBLE = {
    errno.ENOENT: "dat bestand of die map bestaat niet",
    errno.EISDIR: "het is een map",
    errno.ENOTDIR: "een deel van het pad is geen map",
    errno.EACCES: "je mag er niet bij",
    errno.EPERM: "het mag niet",
    errno.EROFS: "hier kan alleen worden gelezen",
    errno.ENOSPC: "de schijf is vol",
    errno.ENAMETOOLONG: "de naam is te lang",
    errno.EEXIST: "het bestaat al",
}


class Session:
    """What a verb works with. `command` is the verb as typed, such as `consent give`.

    Attributes: `lang` (`nl` or `en`), `json` (answer with one document), `where` (the store: a path
    or URL), `key_file`, `office` (chosen with --as, else None), `procedure` (set as soon as a verb
    works on a case or procedure, so that messages can name its steps and fields), `case` (set once
    the caller turns out to know the case, so that hints can be copied as they are), `doing` (the
    step that is taken, as soon as it is known which).
    """

    def __init__(self, asked: Asked, command: str) -> None:
        self.asked, self.environment, self.command = asked, asked.environment, command
        self.lang, self.json = asked.language, asked.json
        self.office = asked.office or self.environment.get("ZAAK_AS") or None
        self.doing: str | None = None
        self.procedure: Procedure | None = None
        self.case: str | None = None
        self.random: Callable[[int], bytes] = os.urandom
        self._stdin_taken = False
        self._opened: list[Store] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for store in self._opened:
            store.close()

    # --- where things are ------------------------------------------------------------------------

    @property
    def home(self) -> Path:
        """The folder for this person's data (XDG Base Directory Specification)."""
        base = self.environment.get("XDG_DATA_HOME")
        folder = Path(base) if base and Path(base).is_absolute() else Path("~/.local/share")
        return folder.expanduser() / "zaakgang"

    @property
    def where(self) -> str:
        """The store: a path, or a postgresql:// URL. Raises BadCommand for another URL."""
        asked = self.asked.store or self.environment.get("ZAAK_STORE")
        scheme, is_address, _ = (asked or "").partition("://")
        if is_address and asked is not None:
            from workflow.store.place import is_url

            if not is_url(asked):
                raise self.wrong("store-scheme", scheme=scheme)
        return asked or str(self.home / "zaken.db")

    @property
    def key_file(self) -> str:
        """The file of the private key."""
        asked = self.asked.key or self.environment.get("ZAAK_KEY")
        return asked or str(self.home / "key")

    # --- what is opened when needed --------------------------------------------------------------

    @cached_property
    def store(self) -> Store:
        """The store, open. Raises StoreTrouble."""
        from workflow.store import Store

        store = Store.open(self.where)
        self._opened.append(store)
        return store

    @cached_property
    def desk(self) -> Desk:
        """The desk at which everything that changes something is done. Raises StoreTrouble."""
        from workflow.desk.desk import Desk

        return Desk(self.store, self.clock, self.random, rehearsing=self.rehearsing)

    @cached_property
    def rehearsing(self) -> bool:
        """Whether somebody says what time it is, and may: in a store to try a procedure in.

        Raises BadCommand and StoreTrouble, as `clock` does.
        """
        return self.clock is not self.asked.clock

    @cached_property
    def clock(self) -> Callable[[], datetime]:
        """Gives the time, in UTC: of the machine, except in a store to try a procedure in.

        Raises BadCommand where somebody says what time it is and may not, and StoreTrouble.
        """
        asked = self.environment.get("ZAAK_NOW")
        if not asked:
            return self.asked.clock
        from workflow.verbs.clocks import told

        return told(asked, self.store)

    @cached_property
    def key(self) -> SigningKey:
        """The caller's private key. Raises KeyTrouble, also `key-public` for a public half."""
        from workflow.crypto.keys import KeyTrouble, load

        try:
            return load(self.key_file, self._passphrase)
        except KeyTrouble as error:
            with suppress(OSError):
                if Path(self.key_file).read_bytes().startswith(b"ssh-"):
                    raise KeyTrouble("key-public", self.key_file) from error
            raise

    @cached_property
    def person(self) -> str:
        """The name under which the register knows the caller's key.

        Raises KeyTrouble, StoreTrouble, and Refusal `key-not-registered`.
        """
        from workflow.engine.reasons import Reason, Refusal

        who = self.desk.register().signer(self.key.public.line())
        if who is None:
            particulars = {"key": self.key.public.fingerprint}
            raise Refusal(self.command, (Reason("key-not-registered", particulars),))
        return who

    @property
    def signer(self) -> Signer:
        """The person who acts, with their key and the office they chose. Raises as `person` does.

        On a case use `workflow.verbs.dossier`, which also knows members by their return code.
        """
        from workflow.desk.values import Signer

        return Signer(self.person, self.key, self.office)

    # --- what is read ----------------------------------------------------------------------------

    @cached_property
    def code(self) -> str | None:
        """The return code of the member who acts; None where a person does. Raises BadCommand.

        A key that is named on the command line goes before a code in the environment.
        """
        if self.asked.code_file == "-" and self.at_terminal:
            return self.hidden(self.say("Terugkeercode", "Return code"))
        if self.asked.code_file is not None:
            return self.content(self.asked.code_file).decode("utf-8", "replace").strip()
        return None if self.asked.key else self.environment.get("ZAAK_CODE")

    def content(self, file: str) -> bytes:
        """The content of a file, or of standard input for `-`. Raises BadCommand."""
        if file == "-":
            if self._stdin_taken:
                raise self.wrong("stdin-twice")
            self._stdin_taken = True
            return sys.stdin.buffer.read()
        try:
            return Path(file).read_bytes()
        except OSError as error:
            raise self.wrong("file-unreadable", path=file, why=self.trouble(error)) from error

    def text(self, file: str) -> bytes:
        """As `content`; a BadCommand where there is nothing to read, or only white space."""
        found = self.content(file)
        if found.strip():
            return found
        raise self.wrong("stdin-empty") if file == "-" else self.wrong("file-empty", path=file)

    def trouble(self, error: OSError) -> str:
        """What the operating system says went wrong, in the language spoken."""
        dutch = _DUTCH_TROUBLE.get(error.errno or 0)
        return dutch if dutch and self.lang == "nl" else error.strerror or ""

    def wrong(self, code: str, **particulars: Any) -> Exception:
        """A BadCommand with one reason, to be raised."""
        from workflow.engine.reasons import BadCommand, Reason

        return BadCommand((Reason(code, particulars),))

    def refused(self, code: str, *cites: str, **particulars: Any) -> Exception:
        """A Refusal with one reason, to be raised."""
        from workflow.engine.reasons import Reason, Refusal

        return Refusal(self.doing or self.command, (Reason(code, particulars, cites),))

    # --- what is said ----------------------------------------------------------------------------

    @property
    def at_terminal(self) -> bool:
        """Whether there is a person who can be asked something."""
        return not self.json and sys.stdin.isatty() and sys.stderr.isatty()

    def say(self, nl: str, en: str) -> str:
        """The words in the language spoken."""
        return Words(nl, en).say(self.lang)

    def answer(self, document: Mapping[str, Any], text: str | Callable[[], str]) -> None:
        """The verb's answer on standard output: the document with --json, else the text.

        Datetimes in the document must be in UTC; msgspec structs may stand in it.
        """
        if self.json:
            from workflow.verbs.output import write_document

            write_document(document)
        else:
            said = text if isinstance(text, str) else text()
            sys.stdout.write(said if said.endswith("\n") or not said else said + "\n")

    def remark(self, text: str) -> None:
        """Something beside the answer: progress or a warning, on standard error."""
        sys.stderr.write(text + "\n")

    def worded(self, reason: Reason) -> str:
        """A reason in the language spoken."""
        from workflow.wording.wording import reason_text

        return reason_text(reason, self.lang, self.procedure)

    def confirmed(self, question: str, yes: bool, *cites: str, why: Reason | None = None) -> None:
        """Ask a person to go on; `yes` is their answer beforehand (--yes).

        Raises Refusal, with the rules it `cites`: `declined` where they say no, and where there is
        nobody to ask `not-confirmed`, after the reason `why` it is asked at all.
        """
        if yes:
            return
        if self.at_terminal:
            if self.agreed(question, default=False):
                return
            raise self.refused("declined", *cites)
        from workflow.engine.reasons import Reason, Refusal

        unsure = Reason("not-confirmed", {}, cites)
        raise Refusal(self.doing or self.command, (*filter(None, (why,)), unsure))

    def agreed(self, question: str, default: bool | None = None) -> bool:
        """Yes or no, in either language, from the person at the terminal; asked until it is one.

        `default` is what an empty answer means; without one it means nothing.
        """
        letters = {
            None: Words("j/n", "y/n"),
            True: Words("J/n", "Y/n"),
            False: Words("j/N", "y/N"),
        }
        while True:
            typed = self.asked_for(f"{question} [{letters[default].say(self.lang)}]", "")
            word = typed.strip().lower()
            if word in YES or word in NO:
                return word in YES
            if not word and default is not None:
                return default
            self.remark(self.say("Antwoord met j (ja) of n (nee).", "Answer y (yes) or n (no)."))

    def asked_for(self, prompt: str, default: str | None = None) -> str:
        """A line typed at the terminal; an empty one means the default, shown where there is one.

        Without a default it is asked until something is typed.
        """
        import click

        shown = f"{prompt} [{default}]" if default else prompt
        typed: str = click.prompt(shown, default=default, show_default=False, err=True)
        return typed

    def hidden(self, prompt: str, again: str | None = None) -> str:
        """Something secret, typed unseen at the terminal; twice the same where `again` asks."""
        import click

        while True:
            typed: str = click.prompt(prompt, hide_input=True, err=True)
            if again is None or typed == click.prompt(again, hide_input=True, err=True):
                return typed
            self.remark(
                self.say("Dat was niet tweemaal hetzelfde.", "Those two were not the same.")
            )

    def _passphrase(self) -> str:
        given = self.environment.get("ZAAK_KEY_PASSPHRASE")
        if given is not None:
            return given
        if not self.at_terminal:
            from workflow.crypto.keys import KeyTrouble

            raise KeyTrouble("key-passphrase", self.key_file)
        return self.hidden(
            self.say(f"Wachtzin van {self.key_file}", f"Passphrase of {self.key_file}")
        )
