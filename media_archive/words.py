"""Messages that are stored or raised in the core and said in a reader's language at a door."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Words: TypeAlias = "str | int | float | Message | Label"


@dataclass(frozen=True)
class Message:
    """English text with `{name}` fields, and the facts that fill them; a fact that is a Message is translated too."""

    template: str
    facts: Mapping[str, "Words"] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.say(lambda text: text)

    def say(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate`, which maps a template to its translation."""
        try:
            said = {
                name: fact.say(translate) if isinstance(fact, Message | Label) else fact
                for name, fact in self.facts.items()
            }
            return translate(self.template).format(**said)
        except (KeyError, IndexError, ValueError):
            # a faulty translation must not hide the fault it reports
            return f"{self.template} {dict(self.facts)}"

    def to_json(self) -> dict[str, Any]:
        """For a JSON column: `{"template": str, "facts": {...}}`."""
        facts = {
            name: fact.to_json() if isinstance(fact, Message | Label) else fact for name, fact in self.facts.items()
        }
        return {"template": self.template, "facts": facts}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Message":
        """The inverse of `to_json`."""
        facts = stored.get("facts", {})
        return cls(
            stored["template"],
            {name: _fact(fact) if isinstance(fact, Mapping) else fact for name, fact in facts.items()},
        )


#: every catalogue translates this to the code of its own language, so that a label knows which of its words is wanted
LANGUAGE = Message("en")


@dataclass(frozen=True)
class Label:
    """How something is called that is data and no text of the program: a field, a term, a kind."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        return self.en or self.zh

    def say(self, translate: Callable[[str], str]) -> str:
        """The word in the language of `translate`; Chinese where it has no other."""
        return self.zh if translate(LANGUAGE.template) == "zh" else str(self)

    def to_json(self) -> dict[str, Any]:
        """For a JSON column: `{"zh": str, "en": str}`."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def joined(cls, those: Iterable["Label"]) -> "Label":
        """All of them as one."""
        ones = list(those)
        return cls("、".join(one.zh for one in ones), ", ".join(map(str, ones)))


def _fact(stored: Mapping[str, Any]) -> "Message | Label":
    return Message.from_json(stored) if "template" in stored else Label(stored["zh"], stored.get("en", ""))


#: what pydantic calls a broken rule -> how people are told, with the facts it gives
_RULES = {
    "greater_than_equal": Message("must be at least {ge}"),
    "less_than_equal": Message("must be at most {le}"),
    "literal_error": Message("must be one of {expected}"),
    "string_too_long": Message("may have at most {max_length} characters"),
    "float_parsing": Message("must be a number"),
    "int_parsing": Message("must be a whole number"),
    "int_from_float": Message("must be a whole number"),
    "greater_than": Message("must be more than {gt}"),
    "enum": Message("must be one of {expected}"),
    "missing": Message("is missing"),
    "extra_forbidden": Message("is not known here: mind the spelling"),
    "string_type": Message("must be a text"),
    "string_too_short": Message("must not be empty"),
    "too_short": Message("must name at least one"),
    "string_pattern_mismatch": Message("is not written as it must be ({pattern})"),
    "bool_parsing": Message("must be true or false"),
    "bool_type": Message("must be true or false"),
    "time_parsing": Message("must be a time of day, such as 01:30:00"),
    "union_tag_invalid": Message("{tag} is no kind that is known: {expected_tags}"),
}


def broken_rule(error: Mapping[str, Any]) -> Words:
    """One of pydantic's `errors()` in words that can be translated; its own where it is of another kind."""
    rule = _RULES.get(error["type"])
    return Message(rule.template, error.get("ctx") or {}) if rule else str(error["msg"])
