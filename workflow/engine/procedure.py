"""A procedure as frozen data: the closed vocabulary in which `states/*.yaml` is written.

Every class is one mapping of the format; its fields are the mapping's keys, and nothing else is
accepted. The published JSON Schema and the reader are derived from these classes, so that the
three cannot drift apart. A procedure holds no code and no expressions: what it may say is finite,
which is why every procedure can be checked exhaustively before anyone runs it.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

Evidence = Literal["code", "written", "spoken"]
"""How a decision or consent is evidenced.

`code`: signed with the key of the member's return code. `written`: a scan, sealed in the case.
`spoken`: the counsellor's record of what the member said.
"""

CLOCK = "clock"
"""In `who`: the step happens by itself when its state's deadline passes."""
CONSEQUENCE = "consequence"
"""In `who`: the step only happens because another step brings it about (`emits`), or because what
its state rested on has fallen away (`otherwise`)."""
GROUND = "ground"
"""In an event: the step happened because what its state rested on fell away."""
LINKED = "linked"
"""In `who`: the step only happens because a case of the same matter tells it (`tells`)."""
NOBODY = frozenset({CLOCK, CONSEQUENCE, LINKED})
"""In `who`: words for what happens without anyone taking the step."""


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every mapping in the format: frozen, and refusing keys it does not know."""


class Text(Data, frozen=True):
    """Words for people, in both languages."""

    nl: str
    en: str

    def __getitem__(self, lang: str) -> str:
        """The words in `lang`: Dutch for `nl`, else English."""
        return self.nl if lang == "nl" else self.en


class Source(Data, frozen=True):
    """A text the procedure rests on, by the letter its rule numbers begin with."""

    title: Text
    changed: str


class Office(Data, frozen=True):
    """A function held by a person for a term.

    `assigned` offices act only in the cases they are named in. With `key: office` the office has
    a key of its own, which passes from holder to holder; with `key: person` what a holder may
    open stays with that person and never passes to a successor. `deputy` is the office that
    stands in where nobody who holds this one can act. Who holds an office in `not_with`, over the
    branch of the case, does not act in this one there (B6, B11).
    """

    labels: Text
    key: Literal["person", "office"] = "person"
    assigned: bool = False
    deputy: str | None = None
    not_with: tuple[str, ...] = ()


class Role(Data, frozen=True):
    """A part that someone concerned plays in the case, such as the reporter.

    With `many`, several people may play it, each a party of their own (`concerned-4f7k`).
    """

    labels: Text
    member: bool = True
    many: bool = False


class Named(Data, frozen=True):
    """Anything of which a procedure only needs the name in both languages."""

    labels: Text


class Purpose(Data, frozen=True):
    """What something is shared for; `readers` says in words who will come to read it."""

    labels: Text
    readers: Text | None = None


class Kind(Data, frozen=True):
    """A kind of item: whose words these are, and who may add one outside a step.

    With `traceable`, whoever adds one says to which parties it can be traced: it is theirs (A18).
    `made_for` are those for whom an office-holder writes it, on commission (A8). Where the writer's
    own office is among them, it is written by and for all who are in that office, who read it at
    once. `never_to` are those whom it never reaches by consent or commission, whatever else they
    are (A7, B24).
    """

    labels: Text
    of: tuple[str, ...]
    added_by: tuple[str, ...] = ()
    traceable: bool = False
    made_for: tuple[str, ...] = ()
    never_to: tuple[str, ...] = ()


class Deadline(Data, frozen=True):
    """How long a state may last, and what happens then.

    Give `within` (an ISO 8601 duration) or `working_days`. When it passes, the step `then`
    happens by the clock; without `then` the offices and parties in `remind` are reminded.
    """

    cites: tuple[str, ...]
    within: str | None = None
    working_days: int | None = None
    then: str | None = None
    remind: tuple[str, ...] = ()


class Field(Data, frozen=True):
    """Something a step asks.

    `choice` and `choices` take names from `values`; `affirm` must be answered with yes; `yesno`
    may be either; `person` and `persons` take people of the register, who must hold `office` now
    where one is named (or stand in for it); `recipients` takes offices and outside recipients from
    `among`; `case` takes the number of another case. The answer to a `sealed` field stands in no
    event: it is written at the head of the step's note.
    """

    type: Literal["choice", "choices", "affirm", "yesno", "person", "persons", "recipients", "case"]
    labels: Text
    values: dict[str, Text] = {}
    office: str | None = None
    among: tuple[str, ...] = ()
    required: bool = True
    sealed: bool = False


class Note(Data, frozen=True):
    """The sealed words that come with a step: they become an item of `kind`."""

    kind: str
    required: bool = False


class Decision(Data, frozen=True):
    """Whose decision the step is, and which evidence of it suffices."""

    party: str
    evidence: tuple[Evidence, ...] = ("code", "written", "spoken")


class Grant(Data, frozen=True):
    """A consent that taking the step gives, by the party who decides it."""

    kind: str
    to: str
    purpose: str
    lasts: str | None = None


class Share(Data, frozen=True):
    """What the step shares: items of `kind`, or without it every item with a live consent.

    Of a `kind` goes what whoever takes the step may open; with a new text of that kind, nothing
    that went to the same recipient for the same purpose before. With `if_any`, where nobody is
    there to receive, nothing is shared; else the step is refused.
    """

    purpose: str
    to: str | None = None
    to_field: str | None = None
    kind: str | None = None
    if_any: bool = False


class Tell(Data, frozen=True):
    """A step of another procedure that happens in cases of the same matter, where it can.

    With `origin`, only in the case from which this one was filed; with `filed`, only in cases that
    were filed from this one.
    """

    procedure: str
    step: str
    origin: bool = False
    filed: bool = False


class Filing(Data, frozen=True):
    """A case of another procedure that the step opens, with the documents it shares (B23).

    `step` is the step that opens it; what is shared comes with that step as its `papers`.
    """

    procedure: str
    step: str


class TrackIn(Data, frozen=True, tag_field="guard", tag="track_in"):
    """Another track is in one of these states."""

    track: str
    states: tuple[str, ...]


class Recorded(Data, frozen=True, tag_field="guard", tag="recorded"):
    """The latest answer given to `field` at `step` is one of `values`."""

    step: str
    field: str
    values: tuple[str, ...]


class Answered(Data, frozen=True, tag_field="guard", tag="answered"):
    """The answer given now to `field` includes `value`."""

    field: str
    value: str


class Warranted(Data, frozen=True, tag_field="guard", tag="warranted"):
    """The answer given now to `field` includes `value` only where an earlier answer allows it.

    That is where the latest answer given to `asked` at `step` is one of `values`.
    """

    field: str
    value: str
    step: str
    asked: str
    values: tuple[str, ...]


class Present(Data, frozen=True, tag_field="guard", tag="present"):
    """Someone plays this part in the case."""

    party: str


class Absent(Data, frozen=True, tag_field="guard", tag="absent"):
    """Nobody plays this part in the case yet."""

    party: str


class Consent(Data, frozen=True, tag_field="guard", tag="consent"):
    """`party` has a live consent that items of `kind` go to `to` for `purpose`."""

    party: str
    kind: str
    to: str
    purpose: str


class HasItem(Data, frozen=True, tag_field="guard", tag="has_item"):
    """The case holds an item of this kind."""

    kind: str


class Packet(Data, frozen=True, tag_field="guard", tag="packet"):
    """At least one item may go to `to` for `purpose` on a live consent."""

    to: str
    purpose: str


class OtherPerson(Data, frozen=True, tag_field="guard", tag="other_person"):
    """The person in `field` (or, without it, who acts) is someone else.

    Someone else than whoever took `than_step` last, than everyone who acts as `than_office` in the
    case, than the person in `than_field`, than whom `than_named` (`STEP.FIELD`) named last, and
    than whoever plays one of `than_parties` in person.
    """

    field: str | None = None
    than_step: str | None = None
    than_office: str | None = None
    than_field: str | None = None
    than_named: str | None = None
    than_parties: tuple[str, ...] = ()

    @property
    def earlier(self) -> tuple[str, str] | None:
        """The step and the field of `than_named`."""
        step, _, field = (self.than_named or "").partition(".")
        return (step, field) if step else None


class OwnBranch(Data, frozen=True, tag_field="guard", tag="own_branch"):
    """Who acts holds the office in the very branch of the case."""


class OutsideBranch(Data, frozen=True, tag_field="guard", tag="outside_branch"):
    """The people in `field` hold no office in the branch of the case."""

    field: str


class Experienced(Data, frozen=True, tag_field="guard", tag="experienced"):
    """The people in `field` hold, or have held, one of these offices, in whatever branch."""

    field: str
    offices: tuple[str, ...]


class Staffed(Data, frozen=True, tag_field="guard", tag="staffed"):
    """Somebody stands before the case in this office: in office, assigned, and not recused.

    Or else in one of `or_else`.
    """

    office: str
    or_else: tuple[str, ...] = ()


class Available(Data, frozen=True, tag_field="guard", tag="available"):
    """Whom `field` of `step` named can still take up `office` in this case."""

    step: str
    field: str
    office: str


class NoNewHolder(Data, frozen=True, tag_field="guard", tag="no_new_holder"):
    """Nobody's term in these offices began since the track came into its state."""

    offices: tuple[str, ...]


class Opened(Data, frozen=True, tag_field="guard", tag="opened"):
    """Each of the people in `field` opened every item of `kinds` that they may, and one of each."""

    field: str
    kinds: tuple[str, ...]


class FreshEyes(Data, frozen=True, tag_field="guard", tag="fresh_eyes"):
    """Of the people in `field`, most (or, with `all_new`, all) were not named there before.

    Before is the last time that `than_field` of `than_step` was answered. Whoever was named there
    alone is not named again at all.
    """

    field: str
    than_step: str
    than_field: str
    all_new: bool = False


class Several(Data, frozen=True, tag_field="guard", tag="several"):
    """The people in `field` are two or more, where an earlier answer asks for that.

    That is where the latest answer given to `asked` at `step` is one of `values`.
    """

    field: str
    step: str
    asked: str
    values: tuple[str, ...]


Guard = (
    TrackIn
    | Recorded
    | Answered
    | Warranted
    | Present
    | Absent
    | Consent
    | HasItem
    | Packet
    | OtherPerson
    | OwnBranch
    | OutsideBranch
    | Experienced
    | Staffed
    | Available
    | NoNewHolder
    | Opened
    | FreshEyes
    | Several
)


class Hat(Data, frozen=True):
    """What somebody is in a case: exactly one of `step`, `office` and `party`.

    `step`: whoever took it last or, with `field`, whom it named there then. `office`: whoever was
    named for it in the case, or stands in it. `party`: whoever plays it in person.
    """

    step: str | None = None
    field: str | None = None
    office: str | None = None
    party: str | None = None


class SamePerson(Data, frozen=True, tag_field="guard", tag="same_person"):
    """Somebody wears a hat of `one` and a hat of `other`.

    Under `never` it is separation of duty, over the whole of a case and whoever deputises,
    succeeds or was named (Simon and Zurko, Separation of Duty in Role-Based Environments, 1997).
    """

    one: tuple[Hat, ...]
    other: tuple[Hat, ...]


Condition = (
    TrackIn
    | Recorded
    | Present
    | Absent
    | Consent
    | HasItem
    | Packet
    | Staffed
    | Available
    | SamePerson
)
"""What an invariant is made of: what is so of a case, whoever acts and since when."""


class State(Data, frozen=True):
    """A state of a track.

    `ends`: the track is finished here. `idle`: nothing is pending, so no deadline is needed.
    `decides`: the member the track belongs to is deciding; nobody else leaves this state.
    `rests_on`: the state lasts as long as these guards hold; the moment one does not, the step
    `otherwise` happens.
    """

    labels: Text
    ends: bool = False
    idle: bool = False
    decides: bool = False
    deadline: Deadline | None = None
    rests_on: tuple[Guard, ...] = ()
    otherwise: str | None = None


class Track(Data, frozen=True):
    """One flat state machine of the procedure; a case runs all its tracks side by side.

    `belongs_to` names the party whose report the track is about: the member who decides.
    `seen_by` lists the offices and parties that may see that the track exists and moves.
    """

    labels: Text
    initial: str
    seen_by: tuple[str, ...]
    states: dict[str, State]
    belongs_to: str | None = None


class Step(Data, frozen=True, rename={"sources": "from"}):
    """A declared transition of one track, and everything that happens with it.

    `sources` is written `from` in the file. `opens`: a case can begin with this step. `papers` is
    the kind of the documents that come with it. `joins` is the part in which somebody comes into
    the case: who takes the step or, with `joins_as`, the person that field names. `assigns` gives
    an office to the people a field names, or (`step.field`) to whom an earlier step named.
    `recuses` keeps the people these fields name out of the case. `emits`: steps of other tracks
    that follow at once, in the same transaction, where they can; `tells`: steps of cases of the
    same matter. `links` is the field that says which case is of the same matter. `files` opens a
    case of another procedure. `erases`: the keys to all items of this party are destroyed. A step
    that stays in its state leaves the deadline as it was, unless it `renews` it. One that leads on
    from where its track `ends` says that it `reopens` it.
    """

    labels: Text
    track: str
    sources: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    cites: tuple[str, ...]
    help: Text | None = None
    opens: bool = False
    asks: dict[str, Field] = {}
    note: Note | None = None
    papers: str | None = None
    guards: tuple[Guard, ...] = ()
    decision: Decision | None = None
    joins: str | None = None
    joins_as: str | None = None
    recuses: tuple[str, ...] = ()
    assigns: dict[str, str] = {}
    releases: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    shares: tuple[Share, ...] = ()
    ends_purposes: tuple[str, ...] = ()
    emergency: Literal["open", "close"] | None = None
    emits: tuple[str, ...] = ()
    tells: tuple[Tell, ...] = ()
    links: str | None = None
    files: Filing | None = None
    erases: str | None = None
    renews: bool = False
    reopens: bool = False


class Replacement(Data, frozen=True):
    """What takes the place of what an older version declares, for cases that run under it.

    `version` is that of the older one; where a policy lies over it, that is meant too. With
    `digest` (hex, or how it begins) only that one text is meant. `states` says for each track which
    of its states becomes which; `kinds` and `purposes` do so for kinds and purposes. What keeps its
    name and its meaning need not be named. Parties, offices and tracks keep their names: events
    call people by them.
    """

    version: str
    digest: str | None = None
    states: dict[str, dict[str, str]] = {}
    kinds: dict[str, str] = {}
    purposes: dict[str, str] = {}


class Invariant(Data, frozen=True):
    """What holds of every case, whatever happens: stated here, and checked on all that can happen.

    Exactly one of three. `never`: these conditions never all hold at once. `always`: wherever all
    of `when` hold, all of these hold too. `leads_to`: wherever all of `when` hold, the case can
    still come to where all of these hold. Without `when` that is everywhere. The conditions are
    guards that look at the case as it lies, and not at who acts or at what is answered now.
    """

    labels: Text
    cites: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    never: tuple[Condition, ...] = ()
    always: tuple[Condition, ...] = ()
    leads_to: tuple[Condition, ...] = ()

    @property
    def conditions(self) -> dict[str, tuple[Condition, ...]]:
        """All its conditions, by the key that they stand under."""
        return {
            "when": self.when,
            "never": self.never,
            "always": self.always,
            "leads_to": self.leads_to,
        }


class Procedure(Data, frozen=True):
    """A whole procedure: its words, its tracks and its steps. See docs/declaring.md.

    `replaces` says how cases that run under an older version can come under this one, and
    `invariants` what the association promises of every case, over and above the steps. `threshold`
    is the smallest count of cases that a yearly account may publish: 5 to 100, and 5 if left out.
    """

    procedure: str
    version: str
    labels: Text
    sources: dict[str, Source]
    offices: dict[str, Office]
    parties: dict[str, Role]
    outside: dict[str, Named]
    purposes: dict[str, Purpose]
    kinds: dict[str, Kind]
    tracks: dict[str, Track]
    steps: dict[str, Step]
    aliases: tuple[str, ...] = ()
    replaces: tuple[Replacement, ...] = ()
    invariants: dict[str, Invariant] = {}
    threshold: int | None = None


STATEMENT = "statement"
"""The kind of item that the scan of a signed statement becomes."""
BUILT_IN = {STATEMENT: Text(nl="ondertekende verklaring", en="signed statement")}
"""What kinds of item are called that a case may hold although its procedure declares none such."""


def kind_labels(procedure: Procedure, kind: str) -> Text:
    """What an item of this kind is called: as the procedure declares it, else as built in.

    Raises KeyError for a kind that no item of a case can have.
    """
    declared = procedure.kinds.get(kind)
    return BUILT_IN[kind] if declared is None else declared.labels


def recipients(procedure: Procedure) -> tuple[str, ...]:
    """Every name that something can be shared with or decided by; no person may be called so."""
    return (*procedure.offices, *procedure.parties, *procedure.outside, *sorted(NOBODY), GROUND)


def role(party: str) -> str:
    """The role a party plays: `concerned-4f7k` is one of those `concerned`; others are their role.

    Declared names hold no hyphen.
    """
    return party.partition("-")[0]


def canonical(procedure: Procedure) -> bytes:
    """The procedure's one canonical form, the same on every machine.

    JSON without white space, keys in the order of this module and names in the order of the file:
    the order in which people read tracks, states and steps is part of what was adopted.
    """
    return _encode(procedure)


def digest(form: bytes) -> str:
    """What identifies a procedure: the SHA-256 of its canonical form, in hex."""
    return hashlib.sha256(form).hexdigest()


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Procedure)


def from_canonical(form: bytes) -> Procedure:
    """The procedure whose canonical form this is; raises msgspec.ValidationError for any other."""
    return _decoder.decode(form)
