"""The web door: the catalogue in a browser, and the HTTP interface."""
