"""Envelopes against a description with attributes, nil, repeating and nested elements."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from connectors.sdk.envelope import ServiceDescription, SoapFault, fits_xml
from schema.domain.errors import Rejected, SchemaDrift, Unsupported

WSDL = Path(__file__).parent / "orders.wsdl"
SERVICE = ServiceDescription(WSDL)


def envelope(content: str, *, before: str = "") -> bytes:
    """An answer's bytes around `content`."""
    return (
        f'{before}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:t="urn:test" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<s:Body>{content}</s:Body></s:Envelope>"
    ).encode()


def test_a_request_is_written_as_described() -> None:
    """Arguments become elements in order, and the action is the description's."""
    body, action = SERVICE.request("GetOrders", {"id": ["W1", "<&"]})

    root = etree.fromstring(body)
    assert ["W1", "<&"] == [it.text for it in root.iter("{urn:test}id")]
    assert '"urn:test#GetOrders"' == action


@given(st.text())
def test_what_fits_is_written_and_what_does_not_is_refused(text: str) -> None:
    """`fits_xml` tells exactly which texts a request can carry."""
    try:
        body, _ = SERVICE.request("GetOrders", {"id": [text]})
    except Rejected:
        written = None
    else:
        written = etree.fromstring(body).findtext(".//{urn:test}id") or ""

    # XML's readers turn every line end into a line feed.
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert fits_xml(text) == (written is not None)
    assert written is None or written.replace("\r\n", "\n").replace("\r", "\n") == expected


@pytest.mark.parametrize("arguments", [{"id": []}, {"id": ["x"] * 101}, {"id": None}])
def test_arguments_outside_the_description_are_rejected(arguments: dict[str, object]) -> None:
    """Too few and too many ids never reach the system."""
    with pytest.raises(Rejected, match="does not fit the description"):
        SERVICE.request("GetOrders", arguments)


def test_an_operation_that_is_not_described_is_unsupported() -> None:
    """The description decides what can be asked."""
    with pytest.raises(Unsupported):
        SERVICE.request("DropOrders", {})


def test_an_answer_is_read_by_its_types() -> None:
    """Repeating elements are lists, nil is None, attributes stand beside elements."""
    found = SERVICE.answer(
        "GetOrders",
        envelope(
            '<t:GetOrdersResponse><t:order version="3"><t:id>W1</t:id>'
            '<t:total currency="JPY">1200</t:total><t:note xsi:nil="true"/>'
            "<t:line><t:sku>A</t:sku><t:qty>2</t:qty></t:line></t:order></t:GetOrdersResponse>"
        ),
    )

    assert {
        "order": [
            {
                "version": "3",
                "id": "W1",
                "total": {"currency": "JPY", "_value_1": "1200"},
                "note": None,
                "line": [{"sku": "A", "qty": "2"}],
            }
        ]
    } == found


def test_one_strange_record_leaves_the_others_as_they_are() -> None:
    """Missing, unknown, repeated and misshapen elements show in their own record alone."""
    found = SERVICE.answer(
        "GetOrders",
        envelope(
            "<t:GetOrdersResponse><t:order><t:number>1</t:number><t:id>a</t:id><t:id>b</t:id>"
            "<t:id>c</t:id><t:line><t:qty>many</t:qty></t:line></t:order>"
            "<t:order><t:id>W2</t:id></t:order></t:GetOrdersResponse>"
        ),
    )

    assert {
        "order": [{"line": [{"qty": "many"}], "id": ["a", "b", "c"]}, {"line": [], "id": "W2"}]
    } == found


def test_empty_answers_are_answers() -> None:
    """No record is an empty list; an operation that answers nothing gives an empty mapping."""
    assert {"order": []} == SERVICE.answer("GetOrders", envelope("<t:GetOrdersResponse/>"))
    assert {} == SERVICE.answer("Ping", envelope("<t:PingResponse/>"))
    assert {} == SERVICE.answer("Ping", envelope('<t:PingResponse xsi:nil="true"/>'))


def test_a_fault_is_told_apart_from_an_answer() -> None:
    """Code without prefix, text, and the innermost texts of the detail."""
    found = SERVICE.answer(
        "GetOrders",
        envelope(
            "<s:Fault><faultcode>s:Server.Busy</faultcode><faultstring> later </faultstring>"
            "<detail><t:error><t:code>4711</t:code><t:retry/></t:error></detail></s:Fault>"
        ),
    )

    assert SoapFault("Server.Busy", "later", {"code": "4711", "retry": ""}) == found


def test_a_fault_without_anything_is_a_fault_all_the_same() -> None:
    """A code that is none is empty, so it can quote nothing."""
    odd = envelope("<s:Fault><faultcode>&lt;id 7&gt;</faultcode><detail/></s:Fault>")

    assert SoapFault("", "", {}) == SERVICE.answer("Ping", envelope("<s:Fault/>"))
    assert SoapFault("", "", {}) == SERVICE.answer("Ping", odd)


ENTITY = '<!DOCTYPE a [<!ENTITY e "boo">]>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff",
        b"<html><body>Bad gateway</body></html>",
        envelope("<t:GetOrdersResponse><t:order>")[:-40],
        envelope(""),
        envelope("<t:PingResponse/>"),
        envelope("<t:GetOrdersResponse>&e;</t:GetOrdersResponse>", before=ENTITY),
        envelope("<t:GetOrdersResponse/>", before='<!DOCTYPE a SYSTEM "file:///etc/hostname">'),
        envelope("<a>" * 500 + "</a>" * 500),
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>',
    ],
    ids=[
        "empty",
        "bytes",
        "page",
        "cut",
        "no-content",
        "other-answer",
        "entity",
        "external",
        "deep",
        "soap-1.2",
    ],
)
def test_what_is_no_answer_is_drift(body: bytes) -> None:
    """Nothing is guessed from a body in another form, and nothing of it is quoted."""
    with pytest.raises(SchemaDrift) as caught:
        SERVICE.answer("GetOrders", body)

    assert "boo" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_entities_that_grow_cost_nothing() -> None:
    """Ten levels of ten references each are refused before they are counted out."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "boo">{levels}]>'
    body = envelope('<t:GetOrdersResponse a="&e10;">&e10;</t:GetOrdersResponse>', before=bomb)
    start = time.process_time()

    with pytest.raises(SchemaDrift):
        SERVICE.answer("GetOrders", body)

    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "change",
    [
        ("<wsdl:types>", "<wsdl:types"),
        ("http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"),
        ("<wsdl:types>", '<wsdl:import namespace="urn:x" location="http://127.0.0.1:9/x.wsdl"/>'),
        ("<wsdl:types>", '<wsdl:import namespace="urn:x" location="file:///etc/passwd"/>'),
    ],
    ids=["broken", "soap-1.2", "network", "file-address"],
)
def test_a_description_that_cannot_be_used_says_so(tmp_path: Path, change: tuple[str, str]) -> None:
    """It is named, and nothing is fetched from anywhere."""
    file = tmp_path / "changed.wsdl"
    file.write_text(WSDL.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")

    with pytest.raises(Unsupported, match=r"changed\.wsdl"):
        ServiceDescription(file)


def test_a_description_that_is_missing_says_so(tmp_path: Path) -> None:
    """A package without its description fails with the file's name."""
    with pytest.raises(Unsupported, match=r"absent\.wsdl"):
        ServiceDescription(tmp_path / "absent.wsdl")
