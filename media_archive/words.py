"""Messages that are stored or raised in the core and said in a reader's language at a door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Words = str | int | float


@dataclass(frozen=True)
class Message:
    """English text with `{name}` fields, and the facts that fill them."""

    template: str
    facts: Mapping[str, Words] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.say(lambda text: text)

    def say(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate`, which maps a template to its translation."""
        try:
            return translate(self.template).format(**self.facts)
        except (KeyError, IndexError, ValueError):
            # a faulty translation must not hide the fault it reports
            return f"{self.template} {dict(self.facts)}"

    def to_json(self) -> dict[str, Any]:
        """For a JSON column: `{"template": str, "facts": {...}}`."""
        return {"template": self.template, "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Message":
        """The inverse of `to_json`."""
        return cls(stored["template"], dict(stored.get("facts", {})))
