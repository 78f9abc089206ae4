"""One element of a dataset, as a trace sees it: where eager code reads how long a batch is, a trace has None."""

from __future__ import annotations

from msgspec.structs import replace

from hybnb.analyse import lexicon
from hybnb.analyse.follow.libraries import arrays, handed, results
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import ARRAYS, Container, Openness, Value, join_all, tensor
from hybnb.model import Kind

Keywords = dict[str, Value]
BATCHES = frozenset({"batch", "padded_batch", "ragged_batch", "rebatch", "bucket_by_sequence_length"})
#: what they make has the elements of the dataset that they are asked of
SAME = frozenset({
    "cache", "filter", "ignore_errors", "fingerprint", "options", "prefetch", "rejection_resample", "repeat", "shard",
    "shuffle", "skip", "snapshot", "take", "take_while", "unique", "with_options",
})  # fmt: skip
STRUCTURES: frozenset[Kind] = frozenset({"tuple", "dict"})


def of(
    run: Run, last: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None,
    mapped: Value | None,
) -> Value | None:  # fmt: skip
    """What a dataset holds that `last` makes, a method's name; None where that isn't known. `mapped`: what the function gave."""
    item = receiver.item if receiver is not None else None
    if last in SAME:
        return item
    if last in BATCHES:
        exact = results.argument(entry, "drop_remainder", args, keywords, receiver)
        return handed.over(run, item or tensor(sure=False), lambda leaf: _batched(leaf, exact, last))
    match last:
        case "range":
            return tensor("int64", ())
        case "from_tensor_slices" if args:
            return handed.slice_of(run, args[0])
        case "from_tensors" if args:
            return handed.over(run, args[0], lambda leaf: _closed(handed.as_tensors(run, leaf)))
        case "from_generator":
            return _generated(run, entry, args, keywords)
        case "unbatch" if item is not None:
            return handed.slice_of(run, item)
        case "map" if mapped is not None and mapped.is_known:
            return handed.over(run, mapped, lambda leaf: replace(handed.as_tensors(run, leaf), name=""))
        case "flat_map" | "interleave" if mapped is not None and mapped.kind == "dataset":
            return mapped.item
        case "window" if item is not None:
            return handed.over(run, item, lambda leaf: Value("dataset", item=leaf))
        case "enumerate":
            return run.container("tuple", items=[tensor("int64", ()), item or tensor(sure=False)])
    return _of_several(run, last, args, receiver)


def left_open(last: str, receiver: Value | None, item: Value | None) -> Openness:
    """Of a dataset of which no element is known: any size may be open once it was transformed."""
    if item is not None:
        return ""
    return receiver.open if last in SAME and receiver is not None else "sizes"


def taken(run: Run, source: Value) -> Value:
    """One element, taken out of a dataset or its iterator now; of one of which nothing is known, it may be a batch."""
    if source.item is None:
        return Value("tensor", sure=False, open="" if run.quiet else source.open or "batch")
    return handed.over(run, source.item, _closed if run.quiet else _met)  # eagerly all sizes are known


def _closed(leaf: Value) -> Value:
    return replace(leaf, open="") if leaf.is_tensor else leaf


def _met(leaf: Value) -> Value:
    return replace(leaf, folded=False)


def _of_several(run: Run, last: str, args: list[Value], receiver: Value | None) -> Value | None:
    """The elements of several datasets, side by side or one after the other."""
    given = args
    if len(args) and isinstance(args[0].ref, Container):
        given = args[0].ref.items or []
    sources = [*([receiver] if receiver is not None and receiver.kind == "dataset" else []), *given]
    known = [source.item for source in sources if source.kind == "dataset" and source.item is not None]
    match last:
        case "zip" if len(args) == 1 and args[0].kind in STRUCTURES:
            return handed.over(run, args[0], lambda leaf: leaf.item or tensor(sure=False))
        case "zip" if known and len(known) == len(sources):
            return run.container("tuple", items=known)
        case "concatenate" | "sample_from_datasets" | "choose_from_datasets" if known:
            joined = join_all(known if last == "concatenate" else known[: len(given)])
            return handed.over(run, joined, _varied) if len(known) >= len(given) else None
    return None


def _varied(leaf: Value) -> Value:
    """A size that isn't the same in several datasets, or of which that isn't known, is open."""
    if not leaf.is_tensor or (isinstance(leaf.shape, tuple) and None not in leaf.shape):
        return leaf
    return replace(leaf, open=max(leaf.open, "sizes"))


def _generated(run: Run, entry: lexicon.Entry, args: list[Value], keywords: Keywords) -> Value | None:
    """What a Python generator yields: its signature tells the sizes, without one there are none."""
    signature = results.argument(entry, "output_signature", args, keywords, None)
    types = results.argument(entry, "output_types", args, keywords, None)
    if signature is not None:
        return handed.over(run, signature, _specified)
    if types is None:
        return None
    still: Openness = "sizes" if results.argument(entry, "output_shapes", args, keywords, None) else "unranked"
    return handed.over(run, types, lambda leaf: replace(tensor(arrays.named(leaf)), open=still))


def _specified(spec: Value) -> Value:
    if not isinstance(spec.shape, tuple):
        return Value("tensor", dtype=spec.dtype, sure=spec.dtype is not None, open="sizes")
    return Value("tensor", dtype=spec.dtype, shape=spec.shape, open="sizes" if None in spec.shape else "")


def _batched(leaf: Value, exact: Value | None, last: str) -> Value:
    if leaf.kind == "dataset":
        return leaf
    known = leaf.is_tensor or leaf.kind in ARRAYS
    if last == "ragged_batch":
        return Value("composite", sure=False, dtype=leaf.dtype, open="sizes")
    padded = last not in ("batch", "rebatch")  # to the longest of each batch
    whole = exact is not None and exact.const is True
    first = "of a whole batch" if whole else None
    shape = (first, *leaf.shape) if isinstance(leaf.shape, tuple) and not padded else None
    inner = leaf.open and not (isinstance(leaf.shape, tuple) and None not in leaf.shape)
    still: Openness = (
        "unranked" if leaf.open == "unranked" else "sizes" if padded or inner else "" if whole else "batch"
    )
    return Value("tensor", sure=leaf.sure and known, dtype=leaf.dtype, shape=shape, open=still)
