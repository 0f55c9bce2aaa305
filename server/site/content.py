"""What a page may load and who may show it: its Content-Security-Policy and what goes with it."""

from server.settings import Settings

# What no page here has a use for, whoever gets to put a script into one.
_DENIED = (
    "accelerometer camera display-capture geolocation gyroscope hid magnetometer microphone midi "
    "payment serial usb xr-spatial-tracking"
).split()
# On every answer, whoever makes it.
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _DENIED),
}
# On answers that say nothing else of their own: those are data, no pages.
UNLESS_SAID = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
}
_STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def headers(settings: Settings, **changes: str) -> dict[str, str]:
    """The headers of a page. `changes` to the policy are by directive: `style_src="'self'"`."""
    # Named beside 'self', which does not cover ws: in every browser.
    sockets = settings.public_url.replace("http", "ws", 1)
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    policy = _STRICT | {"connect-src": f"'self' {sockets}"} | changed
    return {
        "content-security-policy": "; ".join(f"{name} {what}" for name, what in policy.items()),
        "x-frame-options": "DENY",
        "cache-control": "no-cache",
    }
