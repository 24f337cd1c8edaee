"""Plain data as YAML that people like to read: our order of keys, texts on lines of their own, quotation marks only where they are needed. Pure."""

from collections.abc import Mapping
from typing import Any

import yaml

_WIDTH = 110


class _Writer(yaml.SafeDumper):
    """Never writes anchors, which we do not read."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 PyYAML's signature
        return True


_Writer.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in {"tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp"}]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}
"""Amounts and days stand without quotation marks: our reader keeps them as the texts that they are."""


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text or len(text) > _WIDTH else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)


def write_document(content: Mapping[str, Any]) -> str:
    """Return the text; sections stand apart by an empty line. What is read back from it is the same."""
    parts = [
        yaml.dump({key: value}, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False)
        for key, value in content.items()
    ]
    return "\n".join(parts)
