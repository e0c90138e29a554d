"""leeway.py ELF: the leeway rule of the binary is its definition, for every time and every leeway.

Verifies a token of cases.c with a symbol of 64 bits for `now` and a symbol of 32 bits for the leeway. Each
path ends in a status. An SMT solver looks for times on that path for which the definition says otherwise.
"""

import sys

import claripy

from every_key import Image

NBF, EXP = 1745651978, 1745655578
MOST_PATHS = 32


def definition(now, leeway):
    """What must be so where a status is returned, in integers that cannot overflow."""
    now, leeway = now.sign_extend(64), leeway.zero_extend(96)
    fresh = claripy.SLT(now, EXP + leeway)
    begun = claripy.SGE(now, NBF - leeway)
    clock_set = claripy.SGT(now, 0)
    return {
        0: claripy.And(clock_set, begun, fresh),
        39: clock_set,  # SIGNATURE_INVALID: times are not looked at
        58: claripy.And(clock_set, claripy.Not(fresh)),
        59: claripy.And(clock_set, claripy.Not(begun)),
        60: claripy.Not(clock_set),
    }


def main(elf):
    image = Image(elf)
    # Any key: its states are symbols.
    image.check("key_init_32")
    state = image.project.factory.call_state(
        image.symbol("case_leeway").rebased_addr, base_state=image.memory, ret_addr=0xF000_0000
    )
    now, leeway = claripy.BVS("now", 64), claripy.BVS("leeway", 32)
    for name, value in (("now", now), ("leeway", leeway)):
        state.memory.store(image.symbol(name).rebased_addr, value, endness=image.project.arch.memory_endness)
    returned, took = image.paths(state, MOST_PATHS)
    rule = definition(now, leeway)
    statuses = [image.result(path) for path in returned]
    wrong = [
        status for status, path in zip(statuses, returned)
        if path.solver.satisfiable(extra_constraints=[claripy.Not(rule[status])])
    ]
    print(f"leeway: {took['blocks']} blocks, paths with the statuses {sorted(statuses)}", end="")
    print(f"; wrong for some times: {wrong}" if wrong or set(statuses) != set(rule) else "")


main(*sys.argv[1:])
