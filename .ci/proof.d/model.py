"""model.py: tries what every_key.py adds to angr's model with values.

The known bits of an expression are its bits for every value of the symbols. Operations on vectors are those of
plain integers. The expressions and values are random; the seed is fixed.
"""

import random

import claripy

from every_key import VECTORS, known_bits

EXPRESSIONS, VALUES, BITS = 2000, 4, 32
SYMBOLS = [claripy.BVS("symbol", BITS) for _ in range(2)]
OPERATIONS = [
    lambda a, b, n: a & b,
    lambda a, b, n: a | b,
    lambda a, b, n: a ^ b,
    lambda a, b, n: ~a,
    lambda a, b, n: a + b,
    lambda a, b, n: a << n,
    lambda a, b, n: claripy.LShR(a, n),
    lambda a, b, n: a >> n,
    lambda a, b, n: claripy.Concat(a[7:0], b[31:8]),
    lambda a, b, n: claripy.Concat(a[23:16], b[15:8], a[15:0]),
    lambda a, b, n: a[15:0].zero_extend(16),
    lambda a, b, n: a[15:0].sign_extend(16),
    lambda a, b, n: a.reversed,
    lambda a, b, n: claripy.If(a[0:0] == 1, a, b),
]


def expression(depth):
    if depth == 0:
        return random.choice([*SYMBOLS, claripy.BVV(random.getrandbits(BITS), BITS)])
    operands = expression(depth - 1), expression(depth - 1)
    return random.choice(OPERATIONS)(*operands, random.randrange(BITS + 2))


def wrong_bits(value):
    """Whether a bit that is said to be known is another one for some values."""
    bits = known_bits(value)
    for _ in range(VALUES):
        concrete = value
        for symbol in SYMBOLS:
            concrete = claripy.replace(concrete, symbol, claripy.BVV(random.getrandbits(BITS), BITS))
        seen = f"{claripy.simplify(concrete).concrete_value:0{BITS}b}"
        if len(bits) != BITS or any(bit not in ("?", there) for bit, there in zip(bits, seen)):
            return True
    return False


def vectors():
    """Each operation's result for one vector, and what it must be."""
    vector = claripy.BVV(0x0102030405060708_090A0B0C0D0E0F10, 128)
    zero, narrow, reverse = VECTORS.values()
    yield zero(vector, 64), 0x090A0B0C0D0E0F10
    yield narrow(vector, 16, 8), 0x020406080A0C0E10
    yield narrow(vector, 32, 16), 0x030407080B0C0F10
    yield reverse(vector, 32), 0x04030201080706050C0B0A09100F0E0D


def main():
    random.seed(18)
    values = [expression(random.randrange(1, 5)) for _ in range(EXPRESSIONS)]
    known = sum(BITS - known_bits(value).count("?") for value in values if value.symbolic)
    wrong = sum(map(wrong_bits, values))
    print(f"known bits: {EXPRESSIONS} expressions, {known} bits", end="")
    print(f"; {wrong} are wrong" if wrong or not known else "")
    wrong = [hex(result.concrete_value) for result, right in vectors() if result.concrete_value != right]
    print("vectors: 4 results" + (f"; wrong: {wrong}" if wrong else ""))


main()
