"""How many single-edit mutants of the shipped procedures the checks reject, operator by operator.

    python tests/faulty_procedures/mutants.py [NAME ...] [--accepted] [--share N] [--explore]

Names are of procedures; without any, all four are looked at. With `--explore` each that passes what
is read off the file is explored too, as `zaak procedure check` does: some 0.1 s for each of norms,
several seconds for one of the others. With `--share N` about one of N mutants is tried. With
`--accepted` each that is accepted is listed, with the reason and with how `zaak procedure diff`
counts what was changed: as what widens, narrows, or changes otherwise.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faulty_procedures.accepting import changes, judged, reason
from tests.faulty_procedures.editing import SHIPPED
from tests.properties.mutating import Mutant
from workflow.engine.kernel import compile_procedure
from workflow.engine.procedure import canonical, digest
from workflow.exploring.decisions import Decisions
from workflow.exploring.judging import judge
from workflow.exploring.people import seats
from workflow.exploring.world import World

COLUMNS = ("made", "reading", "exploring", "sound", "rules", "unsaid")
"""Of those made, what reading and exploring reject, and the reasons of those that are accepted."""
MOST = 200_000
"""So many decisions the engine is asked for: five times as many as a shipped procedure takes."""


def explored(mutant: Mutant) -> bool:
    """Whether exploring finds anything wrong in a mutant."""
    declared = mutant.procedure
    rules = compile_procedure(declared, digest(canonical(declared)))
    return bool(judge(Decisions(World(rules, seats(declared)), MOST)).findings)


def main() -> int:
    """Print the table; 1 where a mutant is accepted and nothing says why."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*SHIPPED, []], metavar="NAME")
    parser.add_argument("--accepted", action="store_true")
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("--explore", action="store_true")
    given = parser.parse_args()
    counts: dict[str, Counter[str]] = {}
    begun, made = time.perf_counter(), 0
    for name in given.names or SHIPPED:
        for one in judged(name, given.share):
            made += 1
            row = counts.setdefault(one.mutant.operator, Counter())
            row["made"] += 1
            if one.codes:
                row["reading"] += 1
                continue
            if given.explore and explored(one.mutant):
                row["exploring"] += 1
                continue
            why = reason(name, one.mutant)
            verdict = "unsaid" if why is None else why.needs or "sound"
            row[verdict] += 1
            if given.accepted:
                effects = ", ".join(sorted({each.effect for each in changes(name, one.mutant)}))
                said = why.why if why else "?"
                print(f"{verdict:7} {name}: {one.mutant.name} ({effects}): {said}", flush=True)
    print(f"{'':34}" + "".join(f"{column:>10}" for column in COLUMNS))
    total: Counter[str] = Counter()
    for operator, row in sorted(counts.items()):
        total += row
        print(f"{operator:34}" + "".join(f"{row[column]:10}" for column in COLUMNS))
    print(f"{'all':34}" + "".join(f"{total[column]:10}" for column in COLUMNS))
    print(f"{1000 * (time.perf_counter() - begun) / max(made, 1):.1f} ms for each")
    return 1 if total["unsaid"] else 0


if __name__ == "__main__":
    sys.exit(main())
