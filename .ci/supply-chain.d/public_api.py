#!/usr/bin/env python3
"""Lists the public API of a crate from rustdoc's JSON: one line an item, with a digest of its signature.

    public_api.py target/doc/barejwt.json

Docs, bodies and places in the source are no part of the digest; names, types, bounds, `const`, fields,
variants and attributes such as `must_use` are.
"""

import hashlib
import json
import re
import sys

# Traits of the compiler's own, which no caller can name.
INTERNAL = {"Freeze", "UnsafeUnpin"}
# Numbers that differ from run to run, and what callers cannot see.
LEFT_OUT = {"id", "span", "docs", "links", "visibility", "crate_id", "impls", "items"}


def main():
    crate = json.load(open(sys.argv[1]))
    index = crate["index"]

    def plain(value):
        """A value of the JSON without what is left out."""
        if isinstance(value, dict):
            return {key: plain(part) for key, part in value.items() if key not in LEFT_OUT}
        if isinstance(value, list):
            return [plain(part) for part in value]
        return value

    lines = set()

    def add(path, item):
        kind, inner = next(iter(item["inner"].items()))
        signature = plain(inner)
        for field in ("fields", "variants"):
            # Lists of numbers of items, which have lines of their own.
            if isinstance(signature, dict):
                signature.pop(field, None)
        if isinstance(signature, dict) and isinstance(signature.get("kind"), dict):
            signature["kind"] = sorted(signature["kind"])
        text = json.dumps([kind, plain(item["attrs"]), signature], sort_keys=True)
        # An attribute for a feature says where in the source it stands.
        text = re.sub(r", span: [^(]*\(#[0-9]+\)", "", text)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        lines.add(f"{path} {kind} {digest}")

    def children(inner):
        """The numbers of fields, variants and items, wherever rustdoc keeps them."""
        for key in ("items", "variants", "fields"):
            yield from inner.get(key) or []
        kind = inner.get("kind")
        if isinstance(kind, dict):
            for shape in kind.values():
                if isinstance(shape, dict):
                    yield from shape.get("fields") or []
                elif isinstance(shape, list):
                    yield from (field for field in shape if field is not None)

    def walk(path, identity):
        item = index.get(str(identity))
        if item is None:
            return
        kind, inner = next(iter(item["inner"].items()))
        if kind == "use":
            return walk(f"{path}::{inner['name']}", inner["id"])
        if kind != "module":
            add(path, item)
        if not isinstance(inner, dict):
            return
        for child in children(inner):
            found = index.get(str(child))
            if found is not None and found["visibility"] in ("public", "default"):
                walk(path if "use" in found["inner"] else f"{path}::{found['name']}", child)
        for number in inner.get("impls") or []:
            implementation = index.get(str(number))
            if implementation is None:
                continue
            block = implementation["inner"]["impl"]
            trait = block["trait"]
            if trait is not None:
                if not block["blanket_impl"] and trait["path"] not in INTERNAL:
                    text = json.dumps(plain([trait, block["generics"], block["is_negative"], block["for"]]),
                                      sort_keys=True)
                    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
                    lines.add(f"{path} is {trait['path']} {digest}")
                continue
            for method in block["items"]:
                found = index[str(method)]
                if found["visibility"] == "public":
                    add(f"{path}::{found['name']}", found)

    walk(index[str(crate["root"])]["name"], crate["root"])
    print("\n".join(sorted(lines)))


main()
