"""`zaak person`: who is in the register, with which key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.verbs.base import Verb, group
from workflow.verbs.founding import slug
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option
from workflow.verbs.output import columns
from workflow.verbs.seats import called, labelled

if TYPE_CHECKING:
    from workflow.verbs.session import Session

person = group(
    "person",
    Words("Mensen in het register.", "People in the register."),
    examples=("zaak person add 'Bram Kuiper' --key bram.pub", "zaak person list"),
)


@person.verb(
    Words(
        "Zet iemand in het register.\n\nVoor wie het register bijhoudt. --key is hier het openbare "
        "bestand (.pub) van wie erbij komt; je eigen sleutel noem je voor de opdracht, of met "
        "ZAAK_KEY. Vergelijk samen de vingerafdruk.",
        "Enter someone in the register.\n\nFor the keeper of the register. Here --key is the "
        "public file (.pub) of the newcomer; name your own key before the verb, or with ZAAK_KEY. "
        "Compare the fingerprint together.",
    ),
    examples=(
        "zaak person add 'Bram Kuiper' --key bram.pub",
        "zaak --key anna person add 'Bram Kuiper' --id bram --key bram.pub",
    ),
)
@argument("name")
@option(
    "--key",
    "public_key",
    metavar="FILE.pub",
    required=True,
    words=Words("Het openbare bestand van die persoon.", "That person's public file."),
)
@option(
    "--id", "person_id", metavar="ID", words=Words("De naam in het register.", "The register name.")
)
def add(session: Session, name: str, public_key: str, person_id: str | None) -> None:
    """Enter a person with their public key."""
    from workflow.engine import registering
    from workflow.engine.procedure import recipients
    from workflow.verbs.catalogue import adopted
    from workflow.verbs.keys import read_public

    taken = {word for _, procedure in adopted(session) for word in recipients(procedure)}
    public = read_public(session, public_key, own=False)
    identity = person_id or slug(name)
    signer = session.signer
    (event,) = session.desk.record(
        lambda register, now: registering.add_person(
            register, signer.who, identity, name, public.line(), now, taken
        ),
        signer,
    )
    document = {"person": identity, "name": name, "fingerprint": public.fingerprint}
    session.answer(
        {**document, "seq": event.seq},
        session.say(
            f"{name} staat in het register als {identity}.\nVingerafdruk: {public.fingerprint}",
            f"{name} is in the register as {identity}.\nFingerprint: {public.fingerprint}",
        ),
    )


def _without_own_key(declared: Verb) -> None:
    """Leave the option --key of every verb out of one that has another by that name."""
    own_key = [param for param in declared.shared if "--key" in param.opts]
    for params in (declared.shared, declared.params):
        params[:] = [param for param in params if param not in own_key]


_without_own_key(add)


@person.verb(
    Words("Wie er in het register staan.", "Who is in the register."),
    name="list",
    examples=("zaak person list", "zaak person list --json"),
)
def list_persons(session: Session) -> None:
    """List the people in the register and the offices they hold now."""
    from workflow.crypto.keys import PublicKey

    labelled(session)
    register, now = session.desk.register(), session.desk.now()
    rows = [
        {
            "person": name,
            "name": known.name,
            "fingerprint": PublicKey.parse(known.key).fingerprint,
            "key": known.key,
            "offices": [
                {"office": t.office, "branch": t.branch} for t in register.anywhere(name, now)
            ],
        }
        for name, known in register.persons.items()
    ]

    def text() -> str:
        shown = (
            (
                str(row["person"]),
                str(row["name"]),
                ", ".join(
                    f"{called(session, t.office)} ({t.branch})"
                    for t in register.anywhere(str(row["person"]), now)
                )
                or "–",
            )
            for row in rows
        )
        return "\n".join(columns(shown))

    session.answer({"persons": rows}, text)
