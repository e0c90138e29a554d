"""leeway.py ELF [digits]: the leeway rule of the binary is its definition, for every time and every leeway.

Verifies a token of cases.c with a symbol of 64 bits for `now` and a symbol of 32 bits for the leeway. Each path
ends in a status. An SMT solver looks for times on that path for which the definition says otherwise.

With `digits` there is also a symbol for each of the ten digits of `exp` and `nbf`. They take the place of the
token's own where its decoded claims set is checked to be UTF-8.
"""

import sys
from functools import reduce

import claripy

from every_key import Image

CLAIMS = b'{"token_type":"access","sub":"lUpa","exp":1745655578,"nbf":1745651978}'
NBF, EXP = 1745651978, 1745655578
MOST_PATHS = 32


def definition(now, leeway, nbf, exp):
    """What must be so where a status is returned, in integers that cannot overflow."""
    now, leeway = now.sign_extend(64), leeway.zero_extend(96)
    fresh = claripy.SLT(now, exp + leeway)
    begun = claripy.SGE(now, nbf - leeway)
    clock_set = claripy.SGT(now, 0)
    return {
        0: claripy.And(clock_set, begun, fresh),
        39: clock_set,  # SIGNATURE_INVALID: times are not looked at
        58: claripy.And(clock_set, claripy.Not(fresh)),
        59: claripy.And(clock_set, claripy.Not(begun)),
        60: claripy.Not(clock_set),
    }


class Digits:
    """Ten digits of which the first one is not 0."""

    def __init__(self, of):
        self.at = CLAIMS.index(b'"' + of + b'":') + len(of) + 3
        self.symbols = [claripy.BVS(f"digit_{of.decode()}", 8) for _ in range(10)]

    def number(self):
        """Ten digits fit 64 bits."""
        values = [(digit - ord("0")).zero_extend(56) for digit in self.symbols]
        return reduce(lambda number, value: number * 10 + value, values).zero_extend(64)

    def enter(self, state, claims):
        for at, digit in enumerate(self.symbols):
            state.memory.store(claims + self.at + at, digit)
            state.solver.add(digit >= ord("0" if at else "1"), digit <= ord("9"))


def check(image, nbf, exp, numbers=()):
    state = image.project.factory.call_state(
        image.symbol("case_leeway").rebased_addr, base_state=image.memory, ret_addr=0xF000_0000
    )
    now, leeway = claripy.BVS("now", 64), claripy.BVS("leeway", 32)
    for name, value in (("now", now), ("leeway", leeway)):
        state.memory.store(image.symbol(name).rebased_addr, value, endness=image.project.arch.memory_endness)
    scratch = image.symbol("scratch").rebased_addr

    def enter(state):
        if state.solver.eval(state.memory.load(scratch, len(CLAIMS)), cast_to=bytes) == CLAIMS:
            for digits in numbers:
                digits.enter(state, scratch)
        return []

    returned, took = image.paths(state, MOST_PATHS, enter=enter)
    rule = definition(now, leeway, nbf, exp)
    statuses = [image.result(path) for path in returned]
    wrong = [
        status for status, path in zip(statuses, returned)
        if path.solver.satisfiable(extra_constraints=[claripy.Not(rule[status])])
    ]
    what = "leeway, any digits" if numbers else "leeway"
    print(f"{what}: {took['blocks']} blocks, paths with the statuses {sorted(statuses)}", end="")
    print(f"; wrong for some times: {wrong}" if wrong or set(statuses) != set(rule) else "", flush=True)


def main(elf, digits=""):
    image = Image(elf)
    # Any key: its states are symbols.
    image.check("key_init_32")
    if digits:
        nbf, exp = Digits(b"nbf"), Digits(b"exp")
        check(image, nbf.number(), exp.number(), (nbf, exp))
    else:
        check(image, NBF, EXP)


main(*sys.argv[1:])
