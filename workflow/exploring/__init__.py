"""Model checking: every state a procedure can reach, by the engine's own deciding.

`watched` is a case of which every look is noted, `world` the small association it is tried in with
the `people` in it, `moves` everything that anyone or anything may do there and `touching` what that
bears on, `decisions` what the engine decided, `exploring` the search, `demands` what must hold
wherever it comes, and `stated` what a procedure promises itself. `leaving` and `trying` tell if
one can always go on; `walking`, `paths` and `replaying` are about one case and the way it goes.
"""
