"""The connector of Kasane's CRM keeps every fact of the kit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connectors.kasane_crm.client import KasaneCrm
from connectors.sdk.testing import (
    ReadSample,
    Samples,
    SuiteConfig,
    System,
    connector_test_class,
)
from gateway.demo.crm.application import Crm
from gateway.demo.crm.records import customer_id
from gateway.demo.crm.settings import Settings
from gateway.demo.data.kasane import kasane
from gateway.demo.process import Conduct
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink
from schema.domain.reference import SourceRef
from tests.conformance.served import served

# Those with a card, of whom nobody has signed up twice.
PEOPLE = [it for it in kasane().customers if it.in_crm and it.membership and it.number % 61][:8]
FIRST, SECOND, THIRD, FOURTH, *_ = PEOPLE
SETTINGS = Settings(calls_per_s=100_000)


@asynccontextmanager
async def running_crm() -> AsyncIterator[System]:
    """A CRM of few customers, that bears as many calls as the kit makes."""
    crm = Crm(PEOPLE, SETTINGS)
    async with served(crm.application(Conduct())) as url:
        yield System(config={"base_url": url})


def key(kind: CustomerKeyKind, value: str | None) -> CustomerKey:
    """A key of a customer."""
    return CustomerKey(kind, value or "")


IDS = [key(CustomerKeyKind.ID, customer_id(it)) for it in PEOPLE]

SUITE = SuiteConfig(
    system=running_crm,
    config={"client_id": "tillgraph", "client_secret": SETTINGS.secret},
    samples=Samples(
        reads={
            "customers": ReadSample(
                known=(
                    *IDS[:3],
                    key(CustomerKeyKind.EMAIL, SECOND.email),
                    key(CustomerKeyKind.PHONE, THIRD.phone),
                    key(CustomerKeyKind.MEMBERSHIP, FOURTH.membership),
                ),
                unknown=key(CustomerKeyKind.ID, "crm_000000000000"),
                expected={
                    IDS[0]: {
                        "name": f"{FIRST.family_name} {FIRST.given_name}",
                        "email": FIRST.email,
                        "phone": FIRST.phone,
                        "membership": FIRST.membership,
                    }
                },
            ),
            "loyalty": ReadSample(
                known=(
                    CustomerLink(ref=SourceRef("under_test", customer_id(FIRST))),
                    CustomerLink(membership=SECOND.membership),
                    CustomerLink(email=THIRD.email),
                ),
                unknown=CustomerLink(membership="M99999999"),
                expected={
                    CustomerLink(membership=SECOND.membership): {
                        "points": SECOND.points,
                        "membership": SECOND.membership,
                    }
                },
            ),
        }
    ),
)

TestKasaneCrm = connector_test_class(KasaneCrm, SUITE)
