"""Working days and hours of real countries over ten years, worked out without the product's code.

    python calendars.py        needs the packages holidays and chinesecalendar, and tzdata where the system has no zones

Prints {"cases": [{"name", "spec", "at", "days": [[date, is it open at local time `at`]], "spans": [[from, to, seconds]]}]}.
China is a cross-check: its calendar comes from one package, its expected working days from the other. The other countries
check precedence, clock changes and sums; their holidays are on both sides.

The method is slow and plain: every quarter of an hour of the ten years, in UTC, asks what the wall clock shows and whether
that is worked. It holds where clocks change by whole quarters and no shift begins or ends in an hour that comes twice.
"""

import json
import random
import sys
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays

FIRST, LAST = date(2017, 1, 1), date(2026, 12, 31)
QUARTER = 15 * 60
SPANS = 300
DAY = timedelta(days=1)


def dates():
    return [FIRST + DAY * n for n in range((LAST - FIRST).days + 1)]


def minutes(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def week(days, hours):
    return {day: hours for day in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][:days]}


def china():
    """Holidays and make-up days from `holidays`, working days from `chinesecalendar`."""
    hours = [["09:00", "12:00"], ["13:00", "18:00"]]
    calendar = holidays.China(years=range(FIRST.year, LAST.year + 1))
    spec = {
        "zone": "Asia/Shanghai",
        "week": week(5, hours),
        "holidays": [str(day) for day in sorted(calendar)],
        "overrides": {str(day): hours for day in sorted(calendar.weekend_workdays)},
    }
    return case("China", spec, "09:30", chinese_calendar.is_workday)


def country(name, zone, days, hours, at, calendar):
    """The first `days` of the week from Monday, holidays off; `hours` may hold a night, such as 22:00 to 06:00."""
    off = [str(day) for day in sorted(calendar)]
    spec = {"zone": zone, "week": week(days, hours), "holidays": off, "overrides": {}}
    return case(name, spec, at, lambda day: day.weekday() < days and day not in calendar, calendar)


def case(name, spec, at, is_workday, closed=()):
    shifts = [(minutes(start), minutes(end)) for start, end in spec["week"]["mon"]]
    workdays = {day: is_workday(day) for day in dates()}

    def worked(local):
        day, minute = local.date(), local.hour * 60 + local.minute
        today, yesterday = workdays.get(day, False), workdays.get(day - DAY, False)
        for start, end in shifts:
            if start < end and today and start <= minute < end:
                return True
            if end < start and today and start <= minute:
                return True
            # The morning after a night: a holiday has none, a free weekday has.
            if end < start and yesterday and minute < end and day not in closed:
                return True
        return False

    return {
        "name": name,
        "spec": spec,
        "at": at,
        "days": [[str(day), open_] for day, open_ in workdays.items()],
        "spans": spans(ZoneInfo(spec["zone"]), worked, random.Random(name)),
    }


def spans(zone, worked, chance):
    # Two days are left free at both ends: what lies beyond the ten years is not known here.
    start = int(datetime.combine(FIRST + 2 * DAY, datetime.min.time(), timezone.utc).timestamp())
    end = int(datetime.combine(LAST - 2 * DAY, datetime.min.time(), timezone.utc).timestamp())
    quarters = [worked(datetime.fromtimestamp(second, zone)) for second in range(start, end, QUARTER)]
    before = list(accumulate((QUARTER * is_worked for is_worked in quarters), initial=0))

    def until(second):
        quarter, rest = divmod(second - start, QUARTER)
        return before[quarter] + rest * quarters[quarter]

    def span():
        first = chance.randrange(start, end)
        # Half of them within a week or so, where the edges matter, half over any length.
        last = chance.randrange(first, min(end, first + chance.choice([10 * 86_400, end - start])))
        return [rfc3339(first), rfc3339(last), until(last) - until(first)]

    return [span() for _ in range(SPANS)]


def rfc3339(second):
    return datetime.fromtimestamp(second, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    years = range(FIRST.year - 1, LAST.year + 2)
    new_york = holidays.US(subdiv="NY", years=years)
    sao_paulo = holidays.Brazil(subdiv="SP", years=years)
    sydney = holidays.Australia(subdiv="NSW", years=years)
    berlin = holidays.Germany(years=years)
    cases = [
        china(),
        country("New York", "America/New_York", 5, [["08:30", "17:15"]], "12:00", new_york),
        # Round the clock, for the midnights of Sundays that were left out until 2018.
        country("Sao Paulo", "America/Sao_Paulo", 7, [["00:00", "24:00"]], "10:00", sao_paulo),
        # Nights, for those from Saturday to Sunday in which the clocks change.
        country("Sydney", "Australia/Sydney", 6, [["22:00", "06:00"]], "23:00", sydney),
        country("Berlin", "Europe/Berlin", 5, [["07:00", "11:45"], ["12:15", "16:00"]], "12:15", berlin),
    ]
    json.dump({"cases": cases}, sys.stdout)


main()
