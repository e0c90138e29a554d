"""every_key.py ELF [CALL...]: executes calls of cases.c with a symbol for every byte of a secret.

The result holds for every value of the symbols, and so for every key and state hash. Prints a line for each
call. If execution depends on a secret, a `;` follows, and then how it depends:

- a branch has more ways to go on than the call has results (EXPECTED);
- the address of a read, a write or a jump depends on a secret, or a secret decides whether it happens;
- a secret is multiplied or divided, which some processors do in a time that depends on the value.

An expression that grows is replaced by fresh symbols; only its known bits stay. Such a symbol only says that the
value is unknown. So the run may find too much, but never too little. Without this the expressions of SHA-256
would outgrow memory. model.py tries the known bits, and the operations that are added to angr.

A call that angr cannot execute to its end is "not decided", which is a failure too.

RISC-V is linked with --no-relax. Its code then finds variables by their address, not by the register `gp`,
which a start-up file would set.
"""

import logging
import re
import sys
import time

# It says that it runs without Unicorn, which is for concrete values.
logging.disable(logging.ERROR)

import angr  # noqa: E402
import archinfo  # noqa: E402
import claripy  # noqa: E402
from angr.engines.pcode import HeavyPcodeMixin  # noqa: E402
from angr.engines.vex import HeavyVEXMixin  # noqa: E402
from pypcode import OpCode  # noqa: E402
from pyvex.const import get_type_size  # noqa: E402

DEEPEST, WIDEST = 4, 8
# Symbols that are no secrets: leeway.py asks what becomes of them.
TIMES = ("now", "leeway", "digit")

# Each result of a call, the status that it returns, is one path.
OK, KEY_BLANK, SIGNATURE_INVALID, STATE_HASH_MISMATCH = 0, 17, 39, 64
EXPECTED = {
    # Whether a secret is blank, and so is none.
    "key_init_64": [OK, KEY_BLANK],
    "key_init_65": [OK, KEY_BLANK],
    "key_init_256": [OK, KEY_BLANK],
    "key_init_32": [OK, KEY_BLANK],
    # The verdict.
    "verify_access": [OK, SIGNATURE_INVALID],
    "verify_wrong_tag": [OK, SIGNATURE_INVALID],
    "verify_malformed_tag": [SIGNATURE_INVALID],
    "verify_everyday": [OK, SIGNATURE_INVALID],
    "verify_everyday_jwt": [OK, SIGNATURE_INVALID],
    "sign_access": [OK],
    "sign_refresh": [OK],
    "verify_refresh": [OK, SIGNATURE_INVALID],
    "confirm": [OK, STATE_HASH_MISMATCH],
    "renew": [OK, STATE_HASH_MISMATCH],
    # Each of its four secrets may be blank.
    "keyring": [OK] + 4 * [KEY_BLANK],
    "verify_kid": [OK, SIGNATURE_INVALID],
    "keyring_wipe": [OK],
    "key_wipe": [OK],
}
# These leak on purpose, before the rest: each must be found.
BRANCHES = "a branch depends on a secret"
READS = "an address that is read depends on a secret"
WRITES = "an address that is written depends on a secret"
JUMPS = "the target of a jump depends on a secret"
GUARDED_READS = "a secret decides whether memory is read"
GUARDED_WRITES = "a secret decides whether memory is written"
MULTIPLIES = "a secret is multiplied or divided"
TRACES = "secret bytes are left"
LEAKS = {
    "leak_branch": BRANCHES,
    "leak_read": READS,
    "leak_write": WRITES,
    "leak_multiply": MULTIPLIES,
    "leak_jump": JUMPS,
    # By a branch, where instructions have no conditions.
    "leak_guarded_read": GUARDED_READS,
    "leak_guarded_write": GUARDED_WRITES,
    "leak_trace": TRACES,
}
# What these must leave without a trace of a secret.
WIPED = {"keyring": ["key_of_ring"], "keyring_wipe": ["ring", "slots"], "key_wipe": ["key"], "leak_trace": ["scratch"]}
# The states of these keys must still be any: words of 32 bits that can have two values. Else what was
# executed before has narrowed them, and the call is shown for some keys alone.
USES_KEY = re.compile("verify_|sign_|confirm|renew|key_wipe")
STATE_WORDS = 16

SECRETS = ["secret", "token_hash", "account_hash"]
# A token is public, its tag and the state hash in its claims set included. At the entry of these two
# functions an example takes the place of what was a secret in its buffer: `sign::finish`, which encodes
# the claims set, and `from_utf8`, which is asked whether the finished token is UTF-8.
PUBLISHED = ["access_token", "refresh_token"]
PUBLISHED_AT = {"4sign6finish": "finish", "9from_utf8": "from_utf8"}

# These bytes, and no others: the state hash in the claims set, which begins at 37; and the tags.
ACCESS_TAG = "access_token[132..174] at from_utf8"
STATE_HASH, REFRESH_TAG = "refresh_token[122..164] at finish", "refresh_token[213..255] at from_utf8"
PUBLISHES = {
    "sign_access": [ACCESS_TAG],
    "sign_refresh": [STATE_HASH, REFRESH_TAG],
    "renew": [ACCESS_TAG, STATE_HASH, REFRESH_TAG],
}
# Where a call may fork: where secrets are told blank, and where the verdict is. Each call has one place.
FORKS_IN = {
    "key": "3Key3new",
    "verify": "6verify12verify_bytes",
    "confirm": "refresh_confirm",
    "renew": "confirm|renew",
}

RETURN = 0xF000_0000
ZEROS = {angr.options.ZERO_FILL_UNCONSTRAINED_MEMORY, angr.options.ZERO_FILL_UNCONSTRAINED_REGISTERS}


# angr cannot execute an instruction, so that nothing is shown.
UNDECIDED = (angr.errors.AngrError, angr.errors.SimError, claripy.ClaripyError)


class Leak(Exception):
    """What is executed depends on a secret."""


def shifted(bits, amount, right, fill):
    """The bits after a shift by so many places."""
    amount = min(amount, len(bits))
    return fill * amount + bits[: len(bits) - amount] if right else bits[amount:] + fill * amount


def known_bits(value):
    """What every value of the symbols gives: `0`, `1` or `?` for each bit, the highest first."""
    size, args = value.size(), value.args
    if value.op == "BVV":
        return f"{args[0]:0{size}b}"
    if value.op == "If":
        one, other = map(known_bits, args[1:])
        return "".join(a if a == b else "?" for a, b in zip(one, other))
    if value.op in ("__and__", "__or__"):
        # One strong bit decides the result. Without one, the result is weak only if all bits are known.
        strong, weak = "01" if value.op == "__and__" else "10"
        columns = zip(*map(known_bits, args))
        return "".join(strong if strong in bits else "?" if "?" in bits else weak for bits in columns)
    if value.op == "__xor__":
        columns = zip(*map(known_bits, args))
        return "".join("?" if "?" in bits else str(bits.count("1") % 2) for bits in columns)
    if value.op == "__invert__":
        return known_bits(args[0]).translate(str.maketrans("01", "10"))
    if value.op == "Concat":
        return "".join(map(known_bits, args))
    if value.op == "Extract":
        high, low, whole = args
        return known_bits(whole)[whole.size() - 1 - high : whole.size() - low]
    if value.op == "ZeroExt":
        return "0" * args[0] + known_bits(args[1])
    if value.op == "SignExt":
        bits = known_bits(args[1])
        return bits[0] * args[0] + bits
    if value.op == "Reverse":
        bits = known_bits(args[0])
        return "".join(bits[at : at + 8] for at in reversed(range(0, size, 8)))
    if value.op in ("__lshift__", "LShR", "__rshift__") and args[1].op == "BVV":
        bits, amount = known_bits(args[0]), args[1].args[0]
        return shifted(bits, amount, value.op != "__lshift__", bits[0] if value.op == "__rshift__" else "0")
    return "?" * size


def is_time(value):
    return all(name.startswith(TIMES) for name in value.variables)


def forget(value):
    """The value, or symbols for its bits where it has grown. A bit that is known stays known, because a register
    may hold a public byte beside secret ones."""
    if not value.symbolic or is_time(value):
        return value
    if value.depth <= DEEPEST and len(value.variables) <= WIDEST:
        return value
    runs = [
        claripy.BVV(int(run, 2), len(run)) if run[0] != "?" else claripy.BVS("unknown", len(run))
        for run in re.findall("[01]+|[?]+", known_bits(value))
    ]
    return runs[0] if len(runs) == 1 else claripy.Concat(*runs)


# Operations on AArch64's vectors that angr does not know.
VECTORS = {
    "Iop_ZeroHI([0-9]+)ofV128": lambda vector, bits: vector[127 - bits : 0].zero_extend(bits),
    "Iop_NarrowUn([0-9]+)to([0-9]+)x[0-9]+": lambda vector, wide, narrow: claripy.Concat(
        *(lane[narrow - 1 : 0] for lane in vector.chop(wide))
    ),
    "Iop_Reverse8sIn([0-9]+)_x[0-9]+": lambda vector, bits: claripy.Concat(
        *(lane.reversed for lane in vector.chop(bits))
    ),
}


class Watch:
    """What both of angr's engines are asked."""

    def known(self, value, what):
        """The only value that is possible here, after the branches that were taken."""
        if not value.symbolic:
            return value
        values = self.state.solver.eval_upto(value, 2)
        if len(values) > 1:
            raise Leak(what, self.state.scratch.ins_addr)
        return claripy.BVV(values[0], value.size())


class Vex(Watch, HeavyVEXMixin):
    """Arm and x86-64."""

    def _instrument_vex_expr(self, result):
        return forget(result)

    def _perform_vex_expr_Load(self, addr, *args, **kwargs):
        addr = self.known(addr, READS)
        return super()._perform_vex_expr_Load(addr, *args, **kwargs)

    def _perform_vex_stmt_Store(self, addr, *args, **kwargs):
        addr = self.known(addr, WRITES)
        return super()._perform_vex_stmt_Store(addr, *args, **kwargs)

    def _perform_vex_stmt_LoadG(self, addr, alt, guard, *args):
        guard = self.known(guard, GUARDED_READS)
        super()._perform_vex_stmt_LoadG(addr, alt, guard, *args)

    def _perform_vex_stmt_StoreG(self, addr, data, guard, *args, **kwargs):
        guard = self.known(guard, GUARDED_WRITES)
        super()._perform_vex_stmt_StoreG(addr, data, guard, *args, **kwargs)

    def _perform_vex_expr_Op(self, op, args):
        if re.search("Mul|Div|Mod", op):
            for arg in args:
                if not is_time(arg):
                    self.known(arg, MULTIPLIES)
        for pattern, operation in VECTORS.items():
            vector = re.fullmatch(pattern, op)
            if vector:
                return operation(args[0], *map(int, vector.groups()))
        return super()._perform_vex_expr_Op(op, args)

    def _perform_vex_expr_CCall(self, func_name, ty, args, func=None):
        # Flags of which a secret decides how they are computed, as after AArch64's `ccmp`: any value. angr
        # would compute them in one of the ways.
        if args[0].symbolic:
            return claripy.BVS("unknown", get_type_size(ty))
        return super()._perform_vex_expr_CCall(func_name, ty, args, func=func)

    def _perform_vex_defaultexit(self, expr, jumpkind):
        expr = self.known(expr, JUMPS)
        super()._perform_vex_defaultexit(expr, jumpkind)


class Pcode(Watch, HeavyPcodeMixin):
    """RISC-V of 32 bits, which the other engine does not know. Its instructions have no conditions."""

    ADDRESSES = {
        OpCode.LOAD: (1, READS),
        OpCode.STORE: (1, WRITES),
        OpCode.BRANCHIND: (0, JUMPS),
        OpCode.CALLIND: (0, JUMPS),
        OpCode.RETURN: (0, JUMPS),
    }
    MULTIPLICATIONS = {OpCode.INT_MULT, OpCode.INT_DIV, OpCode.INT_SDIV, OpCode.INT_REM, OpCode.INT_SREM}

    def process_successors(self, successors, **kwargs):
        # A block that this engine ends by itself may end within an instruction.
        super().process_successors(successors, **{**kwargs, "num_inst": 60})

    def _execute_current_op(self):
        op = self._current_op
        if op.opcode in self.ADDRESSES:
            place, what = self.ADDRESSES[op.opcode]
            self.known(self._get_value(op.inputs[place]), what)
        if op.opcode in self.MULTIPLICATIONS:
            for factor in op.inputs:
                self.known(self._get_value(factor), MULTIPLIES)
        super()._execute_current_op()

    def _set_value(self, varnode, value):
        super()._set_value(varnode, forget(value))


class Image:
    """A linked program and its memory between calls."""

    def __init__(self, elf):
        riscv = "riscv32" in elf
        self.project = angr.Project(
            elf,
            engine=Pcode if riscv else Vex,
            main_opts={"arch": archinfo.ArchPcode("RISCV:LE:32:RV32GC")} if riscv else {},
            auto_load_libs=False,
            selfmodifying_code=False,
        )
        self.memory = self.project.factory.blank_state(
            add_options=ZEROS, remove_options={angr.options.COPY_STATES}
        )
        self.published_at = {
            symbol.rebased_addr: name
            for symbol in self.project.loader.main_object.symbols
            for mangled, name in PUBLISHED_AT.items()
            if symbol.is_function and symbol.name.endswith(mangled)
        }
        assert len(self.published_at) == len(PUBLISHED_AT)

    def symbol(self, name):
        return self.project.loader.find_symbol(name)

    def place(self, address):
        """The function that an address lies in."""
        functions = [
            symbol for symbol in self.project.loader.main_object.symbols
            if symbol.is_function and symbol.rebased_addr <= address
        ]
        nearest = max(functions, key=lambda symbol: symbol.rebased_addr, default=None)
        return f"{nearest.name}+{address - nearest.rebased_addr:#x}" if nearest else hex(address)

    def secret_bytes(self, state, name):
        """The addresses in a variable that hold what depends on a secret."""
        symbol = self.symbol(name)
        addresses = range(symbol.rebased_addr, symbol.rebased_addr + symbol.size)
        return [address for address in addresses if state.memory.load(address, 1).symbolic]

    def publish(self, state):
        """Where which bytes of what buffer stop being secret here."""
        published = []
        for name in PUBLISHED:
            start, addresses = self.symbol(name).rebased_addr, self.secret_bytes(state, name)
            for address in addresses:
                state.memory.store(address, b"A")
            if addresses:
                first, last = addresses[0] - start, addresses[-1] - start
                assert len(addresses) == last - first + 1, "bytes between them are not secret"
                published.append(f"{name}[{first}..{last}] at {self.published_at[state.addr]}")
        return published

    def free_words(self, name):
        """The words of a variable that can still have two values."""
        symbol, state = self.symbol(name), self.memory
        words = [
            state.memory.load(address, 4)
            for address in range(symbol.rebased_addr, symbol.rebased_addr + symbol.size, 4)
        ]
        return sum(word.symbolic and len(state.solver.eval_upto(word, 2)) == 2 for word in words)

    def call(self, name):
        """Follows every path; those that return, and what the call took."""
        state = self.project.factory.call_state(
            self.symbol(f"case_{name}").rebased_addr, base_state=self.memory, ret_addr=RETURN
        )
        for secret in SECRETS:
            symbol = self.symbol(secret)
            state.memory.store(symbol.rebased_addr, claripy.BVS(secret, 8 * symbol.size))
        places = next((places for call, places in FORKS_IN.items() if name.startswith(call)), "nowhere")
        return self.paths(state, len(EXPECTED.get(name, [OK])), places)

    def paths(self, state, most, places="", enter=None):
        enter = enter or self.publish
        running, returned, took = [state], [], {"blocks": 0, "forks": [], "published": []}
        while running:
            state = running.pop()
            while state.addr != RETURN:
                if state.addr in self.published_at:
                    took["published"] += enter(state)
                at = state.addr
                state, *others = self.project.factory.successors(state).flat_successors
                running += others
                took["blocks"] += 1
                took["forks"] += [self.place(at)] * len(others)
                if len(took["forks"]) >= most or (others and not re.search(places, self.place(at))):
                    raise Leak(BRANCHES, at)
            returned.append(state)
        return returned, took

    def check(self, name):
        """Makes the call and goes on from where it was right."""
        start = time.process_time()
        print(f"{name}: ", end="", flush=True)
        wrong = []
        if USES_KEY.match(name) and self.free_words("key") != STATE_WORDS:
            wrong.append("the key is not any key")
        if name == "verify_kid" and self.free_words("slots") != 4 * STATE_WORDS:
            wrong.append("the keys of the ring are not any keys")
        try:
            returned, took = self.call(name)
        except Leak as leak:
            what, address = leak.args
            print(f"; {what} at {self.place(address)}", flush=True)
            return
        except UNDECIDED as error:
            print(f"; not decided: {type(error).__name__}: {error}".replace("\n", " "), flush=True)
            return
        seconds = round(time.process_time() - start)
        forks = took["forks"]
        print(f"{took['blocks']} blocks, forks: {len(forks)}, {seconds} s", end="")
        print(f", at {', '.join(forks)}" if forks else "", end="")
        print("".join(f", published {what}" for what in took["published"]), end="")
        if sorted(took["published"]) != PUBLISHES.get(name, []):
            wrong.append("other bytes are published")
        returned.sort(key=self.result)
        results = [self.result(state) for state in returned]
        if results == EXPECTED[name]:
            self.memory = returned[0]
        else:
            wrong.append(f"the results are {results}")
        if self.traces(name, self.memory):
            wrong.append(TRACES)
        print("".join(f"; {what}" for what in wrong), flush=True)

    def traces(self, name, state):
        """How many bytes of what the call wipes depend on a secret."""
        return sum(len(self.secret_bytes(state, variable)) for variable in WIPED.get(name, []))

    def check_leak(self, name):
        found = "nothing"
        try:
            returned, _ = self.call(name)
            if self.traces(name, returned[0]):
                found = TRACES
        except Leak as leak:
            found = leak.args[0]
        except UNDECIDED as error:
            found = f"not decided: {type(error).__name__}"
        right = found == LEAKS[name] or (name.startswith("leak_guarded") and found == BRANCHES)
        print(f"{name}: found, {found}" if right else f"{name}: ; {found}", flush=True)

    def result(self, state):
        """The status that a call has returned."""
        register = self.project.factory.cc().RETURN_VAL
        return state.solver.eval_one(register.get_value(state)[31:0])


def main(elf, *calls):
    image = Image(elf)
    for name in LEAKS:
        image.check_leak(name)
    for name in calls or EXPECTED:
        image.check(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
