"""The ground a page stands on: dark around pictures, the reader's own elsewhere, unless the reader chose."""

from flask import Flask, request

COOKIE = "archive_theme"
THEMES = ("auto", "light", "dark")


def install(app: Flask) -> None:
    """Gives templates `theme`."""
    app.jinja_env.globals.update(theme=theme, chosen_theme=chosen, themes=THEMES)


def chosen() -> str:
    """What the reader chose: auto, light or dark."""
    cookie = request.cookies.get(COOKIE, "")
    return cookie if cookie in THEMES else "auto"


def theme(page: str) -> str:
    """The theme of a page that is by nature `page` ("dark" around pictures, "auto" for the system's)."""
    mine = chosen()
    return page if mine == "auto" else mine
