"""`media-archive storage simulate`."""

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform, print_json, say, size, told
from media_archive.cli.tables import print_table
from media_archive.words import Message


@click.command(epilog="Example: media-archive storage simulate --years 5")
@click.option("--years", default=5, type=click.IntRange(1, 50), show_default=True, help="How far to look ahead.")
@click.option("--profile", metavar="PROFILE", help="By the rules and prices of another profile (a name or a file).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, month by month.")
def simulate(years: int, profile: str | None, as_json: bool) -> None:
    """Forecast size and cost by tier from the growth so far, as files grow old and idle under the rules."""
    from media_archive.placement import forecast
    from media_archive.storage.profiles import loading

    with opened() as archive:
        rules = archive.stores.profile
        if profile is not None:
            rules = loading.load_file(loading.find(profile, archive.settings), archive.settings)
        with archive.reading() as session:
            points = forecast.forecast(session, rules, years)
    assumed = [told(one) for one in forecast.assumptions()]
    if as_json:
        months = [point.to_json() for point in points]
        print_json({"profile": rules.key, "currency": rules.currency, "assumptions": assumed, "months": months})
        return
    names = [name for name in rules.tiers if any(name in point.bytes for point in points)]
    heads = [told(Message("year")), *names, told(Message("together")), told(Message("a month"))]
    rows = [
        [
            str(point.month // 12),
            *(size(round(point.bytes.get(name, 0))) for name in names),
            size(round(sum(point.bytes.values()))),
            f"{sum(point.cost.values()):,.2f}",
        ]
        for point in points
        if point.month % 12 == 0
    ]
    print_table(heads, rows, range(len(heads)))
    total = sum(sum(point.cost.values()) for point in points[1:])
    inform("All months together: {cost} {currency}.", cost=f"{total:,.2f}", currency=rules.currency)
    for line in assumed:
        say(f"- {line}")
