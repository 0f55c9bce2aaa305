"""Where a request comes from."""

import ipaddress
from dataclasses import dataclass

UNKNOWN_NETWORK = "unknown"


@dataclass(frozen=True)
class Origin:
    """The circumstances of one request, as far as the process can tell them."""

    ip: str | None
    user_agent: str | None
    locale: str = "en"
    browser: str | None = None
    """The value of the known-browser cookie, as it was sent."""

    @property
    def network(self) -> str:
        """The network behind `ip`: itself for IPv4, its /64 for IPv6, which one customer owns."""
        return network_of(self.ip, ipv4_prefix=32)


def network_of(ip: str | None, ipv4_prefix: int) -> str:
    """The network of an address, as text; addresses that cannot be read share one."""
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return UNKNOWN_NETWORK
    prefix = 64 if address.version == 6 else ipv4_prefix
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
