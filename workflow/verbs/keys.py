"""`zaak key`: a person's own key, an ordinary OpenSSH file that never leaves their computer."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.verbs.base import group
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option

if TYPE_CHECKING:
    from workflow.crypto.keys import PublicKey, SigningKey
    from workflow.verbs.session import Session

key = group(
    "key",
    Words("Je sleutel maken en tonen.", "Make and show your key."),
    examples=("zaak key new", "zaak key show"),
)


@key.verb(
    Words(
        "Maak een sleutel.\n\n"
        "Er komen twee bestanden: FILE, dat je voor jezelf houdt, en FILE.pub, dat je geeft aan "
        "wie het register bijhoudt. De wachtzin komt uit ZAAK_KEY_PASSPHRASE, of wordt op een "
        "terminal tweemaal gevraagd; zonder een van beide krijgt de sleutel er geen.",
        "Make a key.\n\n"
        "Two files are made: FILE, which you keep to yourself, and FILE.pub, which you give to the "
        "keeper of the register. The passphrase comes from ZAAK_KEY_PASSPHRASE, or is asked twice "
        "at a terminal; without either the key gets none.",
    ),
    examples=("zaak key new", "zaak key new ~/zaak-anna --no-passphrase"),
)
@argument("file", required=False)
@option(
    "--no-passphrase",
    is_flag=True,
    words=Words("Zonder wachtzin bewaren.", "Keep it without a passphrase."),
)
def new(session: Session, file: str | None, no_passphrase: bool) -> None:
    """Make a key at FILE, by default at the place where the command looks for it."""
    where = file or session.key_file
    public = made(session, where, no_passphrase).public
    document = {"file": where, "public_file": f"{where}.pub", "fingerprint": public.fingerprint}
    session.answer(
        {**document, "public": public.line()},
        lambda: session.say(
            f"Je sleutel staat in {where}. Houd dat bestand voor jezelf en maak er een kopie van:\n"
            f"zonder deze sleutel gaat niets meer open wat aan jou verzegeld is.\n"
            f"Geef {where}.pub aan wie het register bijhoudt.\n"
            f"Vingerafdruk: {public.fingerprint}",
            f"Your key is in {where}. Keep that file to yourself and make a copy of it:\n"
            f"without this key nothing that is sealed to you can be opened any more.\n"
            f"Give {where}.pub to the keeper of the register.\n"
            f"Fingerprint: {public.fingerprint}",
        ),
    )


@key.verb(
    Words("Toon de openbare helft van een sleutel.", "Show the public half of a key."),
    examples=("zaak key show", "zaak key show anna.pub --json"),
)
@argument("file", required=False)
def show(session: Session, file: str | None) -> None:
    """Show the public line and the fingerprint of a private or public key file."""
    where = file or session.key_file
    public = read_public(session, where)
    session.answer(
        {"file": where, "public": public.line(), "fingerprint": public.fingerprint},
        f"{public.line()}\n{public.fingerprint}",
    )


def made(session: Session, where: str, no_passphrase: bool) -> SigningKey:
    """A new key, saved at `where` with its public line beside it. Raises KeyTrouble."""
    from workflow.crypto.keys import KeyTrouble, SigningKey, save

    for taken in (where, f"{where}.pub"):
        if Path(taken).exists():
            raise KeyTrouble("key-exists", taken)
    passphrase = None if no_passphrase else _passphrase(session, where)
    own_folder(session, where)
    fresh = SigningKey.generate()
    save(fresh, where, passphrase)
    return fresh


def own_folder(session: Session, where: str) -> bool:
    """Make the folder for this person's data if `where` lies in it; whether it was made now.

    Others cannot look in. Where it cannot be made, saving says so, with its own words for it.
    """
    if Path(where).parent != session.home or session.home.exists():
        return False
    with suppress(OSError):
        session.home.mkdir(mode=0o700, parents=True)
        return True
    return False


def read_public(session: Session, where: str, *, own: bool = True) -> PublicKey:
    """The public key in a file: a public line, or one's own private key with its .pub beside it.

    Raises KeyTrouble, and BadCommand for a file that cannot be read or is somebody else's secret.
    """
    from workflow.crypto.keys import KeyTrouble, PublicKey

    if own and where != "-" and not Path(where).exists():
        raise KeyTrouble("key-missing", where)
    content = session.content(where)
    if content.lstrip().startswith(b"-----BEGIN") and not own:
        raise session.wrong("key-secret", path=where)
    if content.startswith(b"-----BEGIN") and where != "-":
        if not Path(f"{where}.pub").exists():
            raise KeyTrouble("key-missing", f"{where}.pub")
        content = session.content(f"{where}.pub")
    try:
        return PublicKey.parse(content.decode("utf-8", "replace").strip())
    except KeyTrouble as error:
        raise KeyTrouble(error.code, where) from error


def _passphrase(session: Session, where: str) -> str | None:
    given = session.environment.get("ZAAK_KEY_PASSPHRASE")
    if given:
        return given
    if not session.at_terminal:
        session.remark(
            session.say(
                f"Let op: {where} krijgt geen wachtzin. Wie het bestand heeft, kan het gebruiken.",
                f"Note: {where} gets no passphrase. Whoever has the file can use it.",
            )
        )
        return None
    return session.hidden(
        session.say("Wachtzin voor de nieuwe sleutel", "Passphrase for the new key"),
        session.say("Nog eens", "Once more"),
    )
