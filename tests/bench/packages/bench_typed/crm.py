"""The benchmark's CRM."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from connectors.sdk.context import CallContext
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerRecord
from schema.domain.errors import SourceError, Unsupported
from schema.domain.reference import SourceRef
from tests.bench.packages.bench_typed.system import System, manifest

_KINDS = {CustomerKeyKind.ID, CustomerKeyKind.MEMBERSHIP}


class _Row(Struct):
    customer_no: int
    first_name: str
    last_name: str
    mail: str


class _Answer(Struct):
    customers: list[_Row]


class TypedCrm(System):
    """Customers by their number, which the membership card bears as well."""

    Manifest = manifest("crm", "The benchmark's CRM, in code")
    PROBE = ("/customers", {"numbers": "1"})
    _decoder = msgspec.json.Decoder(_Answer)

    async def customers(
        self, ctx: CallContext, keys: Sequence[CustomerKey]
    ) -> Mapping[CustomerKey, CustomerRecord | SourceError]:
        """See `CustomerReader.customers`."""
        found: dict[CustomerKey, CustomerRecord | SourceError] = {
            key: Unsupported("only by number") for key in keys if key.kind not in _KINDS
        }
        numbers = [key.value for key in keys if key.kind in _KINDS and key.value.isdecimal()]
        if not numbers:
            return found
        params = {"numbers": ",".join(dict.fromkeys(numbers))}
        answer = await self.ask(ctx, "/customers", params, self._decoder)
        now = datetime.now(UTC)
        records = {}
        for row in answer.customers:
            number = str(row.customer_no)
            records[number] = CustomerRecord(
                SourceRef(self.source, number),
                now,
                f"{row.first_name} {row.last_name}",
                row.mail.strip().lower(),
                None,
                number,
            )
        for key in keys:
            if key.kind in _KINDS and key.value in records:
                found[key] = records[key.value]
        return found
