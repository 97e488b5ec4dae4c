"""The city's subjects: pages to look at them, to change them, and to exchange tables of them."""

from webapp.subjects import editing, importing
from webapp.subjects.views import subjects

__all__ = ["editing", "importing", "subjects"]
