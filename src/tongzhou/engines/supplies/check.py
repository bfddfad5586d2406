"""Independent checker: it reads tables and deliveries only, and shares no array with the filling."""

from collections import Counter, defaultdict
from dataclasses import replace

from tongzhou.engines.certificate import Binding, Certificate, Problem, Term, Text

from .model import Delivery, Policy, Supply

OBJECTIVE = "days the worst clock lacks"


def check_supplies(supply: Supply, policy: Policy, deliveries: tuple[Delivery, ...]) -> Certificate:
    """Faults, and the lowest clock among the cells still short, against a bound by each item alone.

    The objective is how many days the worst-placed cell's clock (floors by class, then the climb) lacks.
    """
    faults: list[Problem] = []

    def fault(code: str, subject: str, zh: str, en: str) -> None:
        faults.append(Problem(code, subject, Text(zh, en)))

    items = {name: k for k, name in enumerate(supply.items.ids)}
    sites = {name: k for k, name in enumerate(supply.sites.ids)}
    batches = {name: k for k, name in enumerate(supply.batches.ids)}
    needs = {(s, i): k for k, (s, i) in enumerate(zip(supply.needs.site, supply.needs.item, strict=True))}
    trucks = dict(zip(supply.roads.prefecture, supply.roads.truck_litres.tolist(), strict=True))
    roads = set(zip(supply.roads.warehouse, supply.roads.prefecture, strict=True))
    taken: Counter[str] = Counter()
    got: Counter[tuple[str, str]] = Counter()
    loaded: dict[str, float] = defaultdict(float)
    central: Counter[str] = Counter()
    stock: Counter[str] = Counter()
    for k, item in enumerate(supply.batches.item):
        if not supply.batches.area[k] and item in items and not _unfit(supply, policy, k, items):
            stock[item] += int(supply.batches.units[k])
    for row in deliveries:
        if row.batch not in batches or row.site not in sites or (row.site, row.item) not in needs or row.units <= 0:
            fault("bad_delivery", f"{row.site}/{row.item}", "该行不存在或数量不为正。", "No such row, or not above 0.")
            continue
        k = batches[row.batch]
        taken[row.batch] += row.units
        got[row.site, row.item] += row.units
        place = supply.sites.prefecture[sites[row.site]]
        if supply.batches.item[k] != row.item or _unfit(supply, policy, k, items):
            fault("wrong_batch", row.batch, "该批次不可用于此物资。", "This batch may not serve this item.")
        elif supply.batches.area[k] and supply.batches.area[k] != place:
            fault("other_prefecture", row.batch, "批次属于其他市州。", "The batch belongs to another prefecture.")
        elif not supply.batches.area[k]:
            if (supply.batches.warehouse[k], place) not in roads:
                fault("no_road", row.batch, "该仓库没有通往此处的道路。", "No road leads there from its warehouse.")
            loaded[place] += row.units * float(supply.items.litres[items[row.item]])
            central[row.item] += row.units
    for name, units in taken.items():
        if units > supply.batches.units[batches[name]]:
            fault("over_batch", name, "发出多于库存。", "More leaves than the batch holds.")
    for place, litres in loaded.items():
        if litres > trucks.get(place, 0.0) + 1e-6:
            fault("over_trucks", place, "超过运力。", "More than the trucks carry.")
    for item, units in central.items():
        if units > stock[item] * (1 - supply.items.reserve[items[item]]) + 1e-6:
            fault("reserve_broken", item, "动用了储备。", "The reserve was touched.")
    proof = _judge(supply, policy, tuple(faults), got, loaded, trucks)
    return replace(proof, binding=(*proof.binding, *_given_out(supply, central, stock, items)))


def _given_out(
    supply: Supply, central: Counter[str], stock: Counter[str], items: dict[str, int]
) -> tuple[Binding, ...]:
    """Items of which the province keeps nothing but the reserve."""
    found = []
    for item, units in sorted(central.items()):
        limit = int(stock[item] * (1 - supply.items.reserve[items[item]]) + 1e-6)
        if 0 < limit <= units:
            text = Text(f"{item} 除储备外已全部发出", f"All of {item} but the reserve is given out")
            found.append(Binding(f"item {item}", float(units), float(limit), supply.items.unit[items[item]], text))
    return tuple(found)


def _unfit(supply: Supply, policy: Policy, k: int, items: dict[str, int]) -> bool:
    i = items[supply.batches.item[k]]
    return (
        supply.batches.unit[k] != supply.items.unit[i]
        or not supply.batches.expires_days[k] >= policy.min_life_days
        or bool(supply.items.medical[i] and supply.batches.standard[k] != 0)
    )


def _clock(days: float, kind: int, policy: Policy) -> float:
    """The clock of a cell with so many days of cover: its own floor's phase, or the common climb."""
    before, floor = sum(policy.floor_days[:kind]), policy.floor_days[kind]
    if days < floor:
        return before + days
    return sum(policy.floor_days) + (days - floor) / policy.weights[kind]


def _judge(
    supply: Supply,
    policy: Policy,
    faults: tuple[Problem, ...],
    got: Counter[tuple[str, str]],
    loaded: dict[str, float],
    trucks: dict[str, float],
) -> Certificate:
    sites = {name: k for k, name in enumerate(supply.sites.ids)}
    units = dict(zip(supply.items.ids, supply.items.unit, strict=True))
    top = max(_clock(policy.target_days, kind, policy) for kind in range(len(policy.floor_days)))
    cells: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    worst, red, amber, green, sent = top, 0, 0, 0, sum(got.values())
    for k, (site, item) in enumerate(zip(supply.needs.site, supply.needs.item, strict=True)):
        rate = supply.needs.burn[k] if supply.needs.burn[k] == supply.needs.burn[k] else supply.needs.prior[k]
        if site not in sites or units.get(item) != supply.needs.unit[k] or not 0 < rate < float("inf"):
            continue
        if supply.sites.prefecture[sites[site]] not in trucks:
            continue
        held = float(supply.needs.on_hand[k])
        if supply.needs.counted_days is not None:
            held = max(0.0, held - float(rate) * float(supply.needs.counted_days[k]))
        days = (held + got[site, item]) / float(rate)
        cells[item].append((float(rate), held, int(supply.sites.exposure[sites[site]])))
        red, amber, green = red + (days < 2), amber + (2 <= days <= 5), green + (days > 5)
        if days < policy.target_days:
            worst = min(worst, _clock(days, int(supply.sites.exposure[sites[site]]), policy))
    binding = tuple(
        Binding(f"trucks {p}", litres, trucks[p], "L", Text(f"{p} 运力用尽", f"The trucks to {p} are full"))
        for p, litres in sorted(loaded.items())
        if litres > 0.999 * trucks.get(p, 0.0)
    )
    terms = (
        Term("units sent", sent, "units"), Term("red", red, "needs below 2 days"),
        Term("amber", amber, "needs at 2–5 days"), Term("green", green, "needs above 5 days"),
    )  # fmt: skip
    return Certificate(
        "supplies", top - worst, None, "days the worst clock lacks", faults, terms=terms, binding=binding
    )
