"""When the pictures of a film are shown, as its packets tell; nothing is decoded. Runs in the reader process only."""

import av


def start(path: str, index: int) -> float:
    """Seconds from the beginning of the film to the first picture of the stream `index`."""
    with av.open(path, options={"protocol_whitelist": "file"}, metadata_errors="replace") as container:
        stream = container.streams[index]
        if stream.start_time is None or stream.time_base is None or container.start_time is None:
            return 0.0
        return float(stream.start_time * stream.time_base) - container.start_time / av.time_base
