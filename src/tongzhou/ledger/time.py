"""Days are local: 00:00–24:00 in the region's zone (RULEBOOK 0.2)."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def local_day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(zone()).date()


def stamp(moment: dt.datetime) -> str:
    """Day and minute in the region's time, as pages write them: 03-10 09:05."""
    return moment.astimezone(zone()).strftime("%m-%d %H:%M")


def close_of(day: dt.date) -> dt.datetime:
    """24:00 of a local day."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone())
