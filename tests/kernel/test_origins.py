"""Where a request comes from: whom limits count, and whose page sent it."""

import pytest
from flask import Flask, request

from hanmadang.kernel.limits import client_device, client_network, limit, masked
from hanmadang.kernel.origins import address_of, is_foreign, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:cb00:7109", "203.0.113.9"),
        ("203.0.113.9:50123", "203.0.113.9"),
        ("[2001:db8:1:2::5]:50123", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::5", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2002:cb00:7109:1::1", "203.0.113.9"),
        ("2002:cb00:7109:2::1", "203.0.113.9"),
        ("::1", "::/64"),
        ("unix:", "unix:"),
        ("", "unknown"),
    ],
)
def test_limits_count_a_network(app: Flask, address: str, network: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network_of(request) == client_network() == network
        assert client_device(request) == masked(network)


def test_every_limit_counts_that_network_unless_it_counts_devices() -> None:
    """`limit` has no other way to an address."""
    defaults = limit.__defaults__ or ()
    assert [by.__code__.co_names for by in defaults] == [("masked", "network_of")]


@pytest.mark.parametrize(
    ("sent", "address"),
    [("::ffff:127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("2002:7f00:1::1", "2002:7f00:1::1")],
)
def test_an_address_is_itself_where_one_machine_is_meant(
    app: Flask, sent: str, address: str
) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": sent}):
        assert address_of(request) == address


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost:81"}, True),
        ({"Origin": "http://["}, True),
        ({"Origin": "http://localhost\u2100"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, True),
    ],
)
def test_only_our_own_pages_may_send(app: Flask, headers: dict[str, str], foreign: bool) -> None:
    with app.test_request_context(headers=headers):
        assert is_foreign(request) is foreign
