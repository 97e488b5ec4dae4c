"""The kinds of work there are, and the queue of each.

Queues are apart by cost, so that dear work never holds up cheap.
"""

#: queue -> how many fresh jobs a worker claims at a time: small work would cost more to claim than to do
BATCH = {"fast": 16, "photo": 8, "video": 1, "upkeep": 1, "text": 4}
QUEUES = tuple(BATCH)
#: queues of work that a shoot does not wait for: it is ready before they are through
BEHIND = frozenset({"text"})

#: kind of job -> queue
QUEUE_OF = {
    "probe": "fast",
    "render-photo": "photo",
    "render-pyramid": "photo",
    "render-film": "video",
    "render-sound": "video",
    "render-marked": "photo",
    "render-marked-film": "video",
    "render-edit": "video",
    "contact-sheet": "photo",
    "clip": "video",
    "package": "upkeep",
    "render-chunk": "video",
    "render-join": "video",
    "place": "upkeep",
    "make-plan": "upkeep",
    "sum-storage": "upkeep",
    "count-holdings": "upkeep",
    "apply-plan": "upkeep",
    "place-nightly": "upkeep",
    "release-due": "upkeep",
    "clear-renditions": "upkeep",
    "ingest": "upkeep",
    "take-in": "upkeep",
    "watch": "upkeep",
    "verify": "upkeep",
    "audit": "upkeep",
    "bundle": "upkeep",
    "probe-again": "upkeep",
    "purge": "upkeep",
    "remake": "upkeep",
    "restore": "upkeep",
    "bulk-edit": "upkeep",
    "shift-clocks": "upkeep",
    "import-subjects": "upkeep",
    "read-text": "text",
    "transcribe": "text",
    "suggest": "upkeep",
    "decide-suggestions": "upkeep",
}
