"""One element of a dataset, as a trace sees it: where eager code reads how long a batch is, a trace has None."""

from __future__ import annotations

from msgspec.structs import replace

from hybnb.analyse import lexicon
from hybnb.analyse.follow import handed, results
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import ARRAYS, Openness, Value, tensor

Keywords = dict[str, Value]
BATCHES = frozenset({"batch", "padded_batch", "ragged_batch", "rebatch", "bucket_by_sequence_length"})
#: what they make has the elements of the dataset that they are asked of
SAME = frozenset({
    "cache", "concatenate", "filter", "ignore_errors", "fingerprint", "options", "prefetch", "rejection_resample", "repeat",
    "shard", "shuffle", "skip", "snapshot", "take", "take_while", "unique", "with_options",
})  # fmt: skip


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
        padded = last not in ("batch", "rebatch")  # to the longest of each batch
        return handed.over(run, item or tensor(sure=False), lambda leaf: _batched(leaf, exact, padded=padded))
    match last:
        case "range":
            return tensor("int64", ())
        case "from_tensor_slices" if args:
            return handed.slice_of(run, args[0])
        case "from_tensors" if args:
            return handed.over(run, args[0], lambda leaf: handed.as_tensors(run, leaf))
        case "unbatch" if item is not None:
            return handed.slice_of(run, item)
        case "map" if mapped is not None and mapped.is_known:
            return handed.over(run, mapped, lambda leaf: replace(handed.as_tensors(run, leaf), name=""))
        case "enumerate":
            return run.container("tuple", items=[tensor("int64", ()), item or tensor(sure=False)])
    return None


def taken(run: Run, source: Value) -> Value:
    """One element, taken out of a dataset or its iterator now; of one of which nothing is known, it may be a batch."""
    if source.item is None:
        return Value("tensor", sure=False, open="" if run.quiet else "batch")
    return handed.over(
        run, source.item, lambda leaf: replace(leaf, open="") if run.quiet else leaf
    )  # eagerly all sizes are known


def _batched(leaf: Value, exact: Value | None, *, padded: bool) -> Value:
    known = leaf.is_tensor or leaf.kind in ARRAYS
    shape = (None, *leaf.shape) if isinstance(leaf.shape, tuple) and not padded else None
    whole = exact is not None and exact.const is True
    still: Openness = "padded" if padded or leaf.open == "padded" else "" if whole else "batch"
    return Value("tensor", sure=leaf.sure and known, dtype=leaf.dtype, shape=shape, open=still)
