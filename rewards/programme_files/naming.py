"""Addresses from names."""

from django.utils.text import slugify


def slug_of(name: str) -> str:
    """Return the address of a programme of this name: small letters, digits and hyphens, a letter first."""
    slug = slugify(name)[:34].strip("-")
    return slug if slug[:1].isalpha() else f"club-{slug}".strip("-")
