"""The commands with which a reader checks a history: with this program, and without it.

The same as in docs/auditing.md, for one case. They are for bash; what they print when all is well
is said beside them. The events are read from EVENTS in the present folder.
"""

from __future__ import annotations

import shlex

from workflow.histories.views import Seen, View

EVENTS = "events.jsonl"

_HASHES = r"""
while IFS= read -r line; do
  (printf '\0'; jq -j .body <<<"$line") | sha256sum | cut -c 1-64
done < events.jsonl | diff - <(jq -r .hash events.jsonl)
"""
_CHAIN = r"""
jq -es 'group_by(.stream) | all(.[];
  map(.seq) == [range(1; length + 1)]
  and map(.body | fromjson | .prev) == [""] + map(.hash)[:-1]
  and all(.[]; (.body | fromjson) as $signed
    | $signed.stream == .stream and $signed.seq == .seq))' events.jsonl
"""
_SIGNATURES = r"""
jq -r '.stream as $stream | .body | fromjson
  | if .type == "person_added" then "\(.data.person) \(.data.key)"
    elif .type == "joined" and .data.key then "\($stream):\(.data.party) \(.data.key)"
    else empty end
  | sub(" "; " namespaces=\"zaakgang-event\" ")' events.jsonl > allowed_signers
jq -r '.stream as $stream | .body | fromjson | select(.type == "heard")
  | "\($stream) \(.at) \(.data.stream)"' events.jsonl > told
while IFS= read -r line; do
  read -r stream at name < <(
    jq -r '[(.stream|split(".looks")[0]), (.body|fromjson|.at, .who)] | join(" ")' \
      <<<"$line")
  teller=$(sed -n "s/^$stream $at //p" told)
  who=${teller:-$stream}:$name
  grep -q "^$who " allowed_signers || who=$name
  jq -r .signature <<<"$line" > signature
  jq -j .body <<<"$line" |
    ssh-keygen -q -Y verify -f allowed_signers -I "$who" -n zaakgang-event -s signature
done < events.jsonl
"""
_HEAD = r"""
jq -r --arg case {case} 'select(.stream == $case and .seq == {events}).hash' events.jsonl
"""


class Commands(Seen, frozen=True):
    """Commands as they are typed, each of one or more lines."""

    verify: str
    export: str
    hashes: str
    chain: str
    signatures: str
    head: str


def commands(view: View) -> Commands:
    """The commands for the case of a view.

    What another case told this one was signed by somebody there, so then every case is exported.
    """
    case = shlex.quote(view.case)
    alone = not any("linked" in moment.marks for moment in view.moments)
    events = view.integrity.events if view.integrity is not None else None
    return Commands(
        verify=f"zaak audit verify {case}",
        export=f"zaak audit export {f'{case} ' if alone else ''}--format jsonl -o {EVENTS}",
        hashes=_HASHES.strip(),
        chain=_CHAIN.strip(),
        signatures=_SIGNATURES.strip(),
        head=_HEAD.strip().replace("{case}", case).replace("{events}", str(events or 0)),
    )
