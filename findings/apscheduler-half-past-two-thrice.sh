#!/bin/sh
# APScheduler 3.11.3: "every day at 02:30" in Berlin can be said by three of its triggers, and on the day when the clocks skip from 02:00 to
# 03:00 they do three things. CronTrigger fires at 02:30+01:00, a time that no clock there shows; IntervalTrigger goes on at 03:30 from then
# on, for good; CalendarIntervalTrigger leaves the day out.
#
# Seen for 28 to 31 March 2026, as below.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check APScheduler==3.11.3 tzdata==2026.6
env/bin/python - <<'PY'
from datetime import date, datetime
from zoneinfo import ZoneInfo

from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

zone = ZoneInfo("Europe/Berlin")


def fires(trigger):
    found, now = [None], datetime(2026, 3, 28, 1, tzinfo=zone)
    for _ in range(3):
        now = trigger.get_next_fire_time(found[-1], now)
        found.append(now)
    return [f"{one:%d %H:%M%z}" for one in found[1:]]


first = datetime(2026, 3, 28, 2, 30, tzinfo=zone)
cron = fires(CronTrigger(hour=2, minute=30, timezone=zone))
interval = fires(IntervalTrigger(days=1, start_date=first, timezone=zone))
calendar = fires(CalendarIntervalTrigger(days=1, hour=2, minute=30, start_date=date(2026, 3, 28), timezone=zone))
print(cron, interval, calendar, sep="\n")
assert cron == ["28 02:30+0100", "29 02:30+0100", "30 02:30+0200"]
assert interval == ["28 02:30+0100", "29 03:30+0200", "30 03:30+0200"]
assert calendar == ["28 02:30+0100", "30 02:30+0200", "31 02:30+0200"]
PY
