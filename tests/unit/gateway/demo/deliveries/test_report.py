"""The nightly file, byte by byte."""

from gateway.demo.data.kasane import kasane
from gateway.demo.deliveries.report import report, strange_report


def test_it_is_quoted_shift_jis_with_a_trailer() -> None:
    """A header, a row for each delivery, and their number at the end; each ends in CR LF."""
    lines = report(kasane()).decode("cp932").split("\r\n")

    assert '"店舗番号","商品コード","JANコード","商品名","数量","入荷予定日","伝票番号"' == lines[0]
    assert '"件数","600","2026/11/20 02:30"' == lines[-2]
    assert (603, "") == (len(lines), lines[-1])


def test_its_ways_are_awkward() -> None:
    """Codes without dashes, every other one padded, thousands separated, dates with slashes."""
    first, second = report(kasane()).decode("cp932").split("\r\n")[1:3]
    delivery = kasane().deliveries[0]

    assert f'"{delivery.variant.sku.replace("-", ""):<16}"' in first
    assert '  "' not in second
    assert f'"{delivery.expected_on:%Y/%m/%d}"' in first
    assert any(it.quantity >= 1_000 for it in kasane().deliveries)
    assert '"1,' in report(kasane()).decode("cp932")


def test_a_strange_file_has_another_header_alone() -> None:
    """The rows are the same."""
    ours, strange = report(kasane()).split(b"\r\n"), strange_report(kasane()).split(b"\r\n")

    assert ours[1:] == strange[1:]
    assert ours[0] != strange[0]
