"""Which addresses are on the public Internet, and which are inside.

``ipaddress.is_global`` of Python 3.11 calls 64:ff9b::7f00:1, 2002:7f00:1::, 192.88.99.1, 192.0.0.8, 224.0.0.1 and
3fff::1 public; each of them is a way inside or leads nowhere. So the ranges are listed here, from the IANA
special-purpose registries (IPv4: RFC 6890 and successors; IPv6: RFC 6890, RFC 9637), and IPv6 is public only inside
2000::/3.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

CLOSED_V4: tuple[IPv4Network, ...] = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # "this network"; Linux connects 0.0.0.0 to itself
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relay
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved and broadcast
    )
)

OPEN_V6 = IPv6Network("2000::/3")  # the only part of IPv6 that is given out as global unicast

CLOSED_V6: tuple[IPv6Network, ...] = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
        "3ffe::/16",  # old test network
        "5f00::/16",  # segment routing
    )
)


def is_public_address(text: str) -> bool:
    """Say whether this literal IPv4 or IPv6 address is on the public Internet.

    Addresses with a zone ("fe80::1%eth0") and text that is not an address are not public. IPv4 inside IPv6 in any form
    (mapped, compatible, NAT64, 6to4, Teredo) is not public: a name that answers so has no good reason to.
    """
    if "%" in text:
        return False
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in CLOSED_V4)
    return address in OPEN_V6 and not any(address in network for network in CLOSED_V6)


def is_nearby_address(text: str) -> bool:
    """Say whether this address is loopback or private: where simulators live on a developer's machine."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    return address.is_loopback or (address.is_private and not address.is_link_local and not address.is_unspecified)
