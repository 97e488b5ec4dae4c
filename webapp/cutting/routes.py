"""The blueprint of markers, bins and cuts."""

from flask import Blueprint

cutting = Blueprint("cutting", __name__)
