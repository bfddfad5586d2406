"""Why somebody is on a list of contacts, as one sentence in both languages."""

from datetime import datetime, timedelta

from tongzhou.engines.certificate import Text

# kind of setting: (English phrase, Chinese phrase); {p} is the place where one is named.
PHRASES = {
    "household": ("shared a household", "同住"),
    "work": ("worked together", "共同工作"),
    "workplace": ("worked together", "共同工作"),
    "school": ("were at school together", "同校"),
    "meal": ("shared a meal", "同餐"),
    "visit": ("met on a visit", "探访接触"),
    "hospital": ("were in hospital together", "同在医院"),
    "care": ("met in care", "照护接触"),
    "community": ("met in the community", "在社区接触"),
    "funeral": ("were at a funeral together", "同在葬礼"),
}
RIDES = frozenset({"train", "flight", "aircraft", "bus", "coach", "ship", "journey", "vehicle", "taxi"})
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def when(minute: int, origin: datetime | None) -> Text:
    """A contact's day; without an origin, the number of the day counted from minute 0 as day 0."""
    if origin is None:
        return Text(f"第 {minute // 1440} 日", f"day {minute // 1440}")
    day = origin + timedelta(minutes=minute)
    return Text(f"{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]}")


def reason(
    source: str, setting: str, minute: int, *, hop: int = 1, duration: int = 0, origin: datetime | None = None
) -> Text:
    """Say what a person shared with `source`, when, and how many hops from a case that is.

    setting: "train:K1068 carriage 5" (kind and place), "household" (kind alone) or "K1068 carriage 5" (place
    alone); empty where unknown. minute: of the contact since `origin`. duration: minutes, 0 unknown.
    """
    day = when(minute, origin)
    kind, colon, place = (part.strip() for part in setting.partition(":"))
    if not colon and kind.lower() not in PHRASES and kind.lower() not in RIDES:
        kind, place = "", kind
    en, zh = _shared(kind.lower(), place)
    lasting = (f" for {_minutes(duration)} min", f" {_minutes(duration)} 分钟") if duration else ("", "")
    hops = ("", "") if hop <= 1 else (f"; hop {hop}", f"；第 {hop} 代接触")
    return Text(
        f"{day.zh}与 {source} {zh}{lasting[1]}{hops[1]}".rstrip(),
        f"{en} with {source} on {day.en}{lasting[0]}{hops[0]}",
    )


def _minutes(duration: int) -> str:
    return "255 or more" if duration >= 255 else str(duration)


def _shared(kind: str, place: str) -> tuple[str, str]:
    if kind in PHRASES:
        en, zh = PHRASES[kind]
        return (f"{en} at {place}", f"{zh}（{place}）") if place else (en, zh)
    if kind in RIDES:
        return (f"shared {place}", f"同乘 {place}") if place else (f"travelled by {kind} together", "同程")
    if place:
        return f"shared {place}", f"同在 {place}"
    return "had contact", "有接触"
