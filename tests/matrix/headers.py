"""The headers that protect a reader, on any answer."""

from tests.matrix.doors import Reply

ALWAYS = {
    "x-content-type-options": ("nosniff",),
    "x-frame-options": ("DENY",),
    "cross-origin-opener-policy": ("same-origin",),
    "cross-origin-resource-policy": ("same-origin",),
    "referrer-policy": ("strict-origin-when-cross-origin", "strict-origin"),
}
POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
NOTHING_AT_ALL = "default-src 'none'"
"""The live stream's policy: it is no page, so it may do nothing."""
STRICTER = {"default-src 'self'", "object-src 'none'"}
"""What a policy that begins with nothing at all says more strictly, objects by falling back."""
COOKIE = {"HttpOnly", "SameSite=Lax", "Path=/"}


FRAMED = {"x-frame-options": (None,), "cross-origin-resource-policy": ("cross-origin",)}
"""What differs where other sites may show the page."""


def lacking(reply: Reply, *, framed: bool = False) -> list[str]:
    """What is missing or wrong; empty when all is well."""
    wanted = {**ALWAYS, **FRAMED} if framed else ALWAYS
    found = [name for name, right in wanted.items() if reply.headers.get(name) not in right]
    policy = reply.headers.get("content-security-policy", "")
    if policy == NOTHING_AT_ALL:
        found = [name for name in found if name == "x-content-type-options"]
    else:
        parts = (*POLICY[:-1], "frame-ancestors *") if framed else POLICY
        implied = STRICTER if policy.startswith(f"{NOTHING_AT_ALL};") else frozenset[str]()
        found += [part for part in parts if part not in policy and part not in implied]
    found += ["a policy without unsafe-*"] if "unsafe" in policy else []
    cookie = reply.headers.get("set-cookie")
    return found + (
        ["cookie attributes"] if cookie and not set(cookie.split("; ")) >= COOKIE else []
    )
