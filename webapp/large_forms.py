"""Forms that may be larger than others: said before anything reads them, which the check of their token does first."""

from flask import Flask, request

#: endpoint -> bytes of the whole request
MOST_BYTES = {
    # a page of a hundred rows with long captions
    "captions.save_all": 8 << 20,
    # a track of about three days at a point a second
    "placing.track": 32 << 20,
}
#: fields of one form
MOST_FIELDS = 2000


def install(app: Flask) -> None:
    """Lets these forms in; to be called before anything reads a form."""
    app.before_request(_take)


def _take() -> None:
    most = MOST_BYTES.get(request.endpoint or "")
    if most is not None:
        request.max_content_length = most
        request.max_form_memory_size = MOST_BYTES["captions.save_all"]
        request.max_form_parts = MOST_FIELDS
