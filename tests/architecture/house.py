"""What the architecture tests walk over: the floors, their files, and every address."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

FLOORS = ["common", "accounts", "clinics", "messaging", "referrals", "training", "matching", "mentorship", "desk"]
ROOT = Path(settings.BASE_DIR)


def product_files(*, migrations: bool = False) -> Iterator[Path]:
    """Yield every Python file of the product, relative to its root."""
    for folder in [*FLOORS, "config"]:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if migrations or "migrations" not in path.parts:
                yield path.relative_to(ROOT)


def patterns(
    resolver: URLResolver | None = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, object]]:
    """Yield (address, name with namespace, view) for everything the URLconf serves."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from patterns(pattern, address, inner)
        elif isinstance(pattern, URLPattern):
            yield address, f"{space}{pattern.name}", pattern.callback
