"""What holds of every method that reads by keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.sdk.testing.bench import SOURCE, Bench
from connectors.sdk.testing.fact import NotApplicableError, require
from connectors.sdk.testing.methods import Answer, ReadMethod
from connectors.sdk.testing.suite import ReadSample
from connectors.sdk.testing.unknown import unknown_keys
from connectors.sdk.testing.values import records, told
from schema.domain.errors import SourceError


async def asked(bench: Bench, connector: Any, method: ReadMethod, keys: Sequence[Any]) -> Answer:
    """Ask a system that is well for some keys."""
    found: Answer = await bench.answer(lambda: method.call(connector, bench.context(), keys))
    require(isinstance(found, Mapping), f"{method.name} must answer with a mapping")
    return found


async def healthy(bench: Bench, connector: Any, method: ReadMethod, sample: ReadSample) -> Answer:
    """Ask for all known keys, of which each must have its record."""
    found = await asked(bench, connector, method, sample.known)
    for number, key in enumerate(sample.known):
        require(key in found, f"known key {number} is told to be unknown")
        error = found[key]
        if isinstance(error, SourceError):
            bench.overheard.error(error)
            name = type(error).__name__
            require(holds=False, message=f"known key {number} has a {name} instead of a record")
    return found


async def known_keys_have_records(bench: Bench, method: ReadMethod) -> None:
    """Each known key has its record, of the port's type, which bears the source's name."""
    sample = bench.read_sample(method.name)
    found = await healthy(bench, bench.connector(), method, sample)

    require(found.keys() <= set(sample.known), "a key that was not asked for is answered")
    for value in found.values():
        require(isinstance(value, Sequence) == method.many, "one record and several are mixed up")
    for record in records(found):
        require(type(record) is method.record, f"a record is no {method.record.__name__}")
        ref = getattr(record, "ref", None)
        require(ref is None or ref.name == SOURCE, "a record's ref bears another source's name")


async def batch_equals_singles(bench: Bench, method: ReadMethod) -> None:
    """A batch tells of each key what asking for that key alone tells."""
    sample = bench.read_sample(method.name)
    connector = bench.connector()
    batch = await healthy(bench, connector, method, sample)

    for number, key in enumerate(sample.known):
        single = await asked(bench, connector, method, [key])
        same = told(single.get(key)) == told(batch[key])
        require(same, f"key {number} has another answer alone than in a batch")


async def order_and_repeats_change_nothing(bench: Bench, method: ReadMethod) -> None:
    """The same keys in another order, and each of them twice, have the same answers."""
    sample = bench.read_sample(method.name)
    connector = bench.connector()
    once = await healthy(bench, connector, method, sample)

    again = await asked(bench, connector, method, [*reversed(sample.known), *sample.known])

    require(told(again) == told(once), "another order of the keys, or repeats, change the answer")


async def unknown_key_is_absent(bench: Bench, method: ReadMethod) -> None:
    """A key that the system does not know is absent, and hurts no other in its batch."""
    sample = _with_unknown(bench, method)
    connector = bench.connector()
    without = await healthy(bench, connector, method, sample)

    first, *others = sample.known
    found = await asked(bench, connector, method, [first, sample.unknown, *others])

    require(sample.unknown not in found, "the unknown key is not absent")
    require(told(found) == told(without), "the unknown key changes what is told of others")


async def unknown_key_alone_is_absent(bench: Bench, method: ReadMethod) -> None:
    """Asked alone, a key that the system does not know is an empty answer and no error."""
    sample = _with_unknown(bench, method)

    found = await asked(bench, bench.connector(), method, [sample.unknown])

    require(not found, "an unknown key has an answer")


async def empty_batch_is_empty(bench: Bench, method: ReadMethod) -> None:
    """No keys have no answers."""
    found = await asked(bench, bench.connector(), method, [])

    require(not found, "an empty batch has answers")


async def full_batch_is_taken(bench: Bench, method: ReadMethod) -> None:
    """As many keys as the manifest's `batch_max` can be asked for in one call."""
    sample = _with_unknown(bench, method)
    connector = bench.connector()
    few = await healthy(bench, connector, method, sample)

    size = bench.kind.manifest.limits.batch_max
    fill = unknown_keys(sample.unknown, max(0, size - len(sample.known)), besides=sample.known)
    found = await asked(bench, connector, method, [*sample.known[:size], *fill])

    same = all(told(found.get(key)) == told(few[key]) for key in sample.known[:size])
    require(same, "in a full batch a key has another answer")


def _with_unknown(bench: Bench, method: ReadMethod) -> ReadSample:
    sample = bench.read_sample(method.name)
    if sample.unknown is None:
        raise NotApplicableError(f"no sample tells a key that {method.name} does not know")
    return sample


REPLAYABLE = (
    known_keys_have_records,
    batch_equals_singles,
    order_and_repeats_change_nothing,
    unknown_key_is_absent,
    unknown_key_alone_is_absent,
    empty_batch_is_empty,
)
OTHERS = (full_batch_is_taken,)
