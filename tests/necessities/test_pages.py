"""The pages of necessities as the lead, the supply desk, the telephone desk and a carrier use them."""

from __future__ import annotations

import datetime as dt
import json
import re

import offered
import pytest
import world
from offered import CLOSES, fact, order, place

from tongzhou.ledger import door, follow
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
LISTED = """大白菜 2500克 10.00 40 蔬菜
鸡蛋 2斤 12 20 蛋 限2
土豆\t1.5kg\t7.50\t30\t蔬菜\t散"""


@pytest.fixture
def town(staff: dict[str, int]) -> dict[str, int]:
    offered.town()
    with door.ledger() as ledger:
        ledger.execute(
            "update community_household set building = '3', stairwell = (1 + (id - 1) / 20)::text,"
            " room = ((1 + (id - 1) % 20 / 4) * 100 + 1 + (id - 1) % 4)::text where id <= 40"
        )
    return staff


def drawn(staff: dict[str, int], listed: str = LISTED) -> str:
    where = world.post("lead", "/necessities/draw", supplier=offered.SHOP, point=offered.POINT, fee="1", listed=listed,
                       closes="2020-03-10T17:00", delivers="2020-03-11")  # fmt: skip
    return where.rsplit("/", 1)[1]


def test_an_offer_is_written_as_the_supplier_sent_it_and_taken_apart(town: dict[str, int]) -> None:
    assert world.client("charlie").get("/necessities/").status_code == 404
    key = drawn(town)
    path = f"/necessities/offer/{key}"
    [(_key, state, data)] = world.rows("offer")
    assert state == "drawn" and data["fee"] == 100
    assert [(line["grams"], line["price"]) for line in data["lines"]] == [(2500, 1000), (1000, 1200), (1500, 750)]
    page = world.words("lead", path)
    assert "You wrote it down: somebody else signs it." in page and "2.00" in page and "6.00" in page
    assert "Sign: doors may order" not in page
    world.post("mei", path, form="open", about=f"offer/{key}")
    assert world.rows("offer")[0][1] == "open"
    zh = world.words("lead", path, "zh-hans")
    assert "可以订" in zh and not re.search(r"[A-Za-z]{4,}", zh)


def test_what_is_not_understood_in_a_list_is_told_with_its_line(town: dict[str, int]) -> None:
    listed = "大白菜 2500克 10.00 40\n鸡蛋 12 20"
    html = world.post("lead", "/necessities/draw", 422, supplier=offered.SHOP, point=offered.POINT, listed=listed,
                      closes="2020-03-10T17:00", delivers="2020-03-11")  # fmt: skip
    assert "Line 2: “12” is not understood." in html and "鸡蛋 12 20" in html
    spirits = "三日菜 3kg 108 50 套餐 [大白菜 2500克 10.00; 礼盒白酒 500克 28.00 非必需]"
    key = drawn(town, spirits)
    page = world.words("mei", f"/necessities/offer/{key}")
    assert "It cannot be opened as it is:" in page and "70.00 yuan not explained by the parts" in page
    html = world.post("mei", f"/necessities/offer/{key}", 422, form="open", about=f"offer/{key}")
    assert "礼盒白酒" in html and world.rows("offer")[0][1] == "drawn"
    world.post("mei", f"/necessities/offer/{key}", form="back", about=f"offer/{key}", reason="tie_in")
    again = f"/necessities/draw?of={key}"
    assert "礼盒白酒 500克 28.00 非必需" in world.page("lead", again)
    world.post("lead", again, supplier=offered.SHOP, point=offered.POINT, fee="0", closes="2020-03-10T17:00",
               delivers="2020-03-11", listed="三日菜 2500克 10 50 套餐 [大白菜 2500克 10.00]")  # fmt: skip
    assert [(state, data["lines"][0]["price"]) for _k, state, data in world.rows("offer")] == [("drawn", 1000)]


def keys(*typed: str) -> int:
    """Keys that the desk presses: what is typed, and Enter after it."""
    return sum(len(text) + 1 for text in typed)


def test_an_order_by_telephone_takes_few_keys(town: dict[str, int]) -> None:
    offer = offered.opened(town)
    with door.ledger() as ledger:
        room, stairwell = ledger.execute("select room, stairwell from community_household where id = 3").fetchone()
    said, wanted = f"3-{stairwell}-{room}", "1x2 3"
    assert keys(said, wanted) <= 60
    path = f"/necessities/order?door={said}"
    page = world.words("zhao", path)
    assert "大白菜" in page and "12.00" in page
    assert world.post("zhao", path, form="order", lines=wanted, pays="door", channel="phone").startswith(
        "/necessities/order"
    )
    assert {one["line"]: one["units"] for one in order(offer, 3)[1]["lines"]} == {1: 2, 3: 1}
    html = world.post("zhao", path, 422, form="order", lines=wanted, pays="door", channel="phone")
    assert "Ordered already at 03-10 09:00: 大白菜 × 2, 土豆 × 1" in html, "told before it is counted twice"
    world.post("zhao", path, form="order", lines="2", how="add", pays="door", channel="phone")
    assert len(order(offer, 3)[1]["lines"]) == 3
    wrong = world.post("zhao", path, 422, form="order", lines="9", how="add", pays="door", channel="phone")
    assert "“9”: a number of the list" in wrong
    world.post("zhao", path, form="withdraw")
    assert order(offer, 3)[0] == "withdrawn"


CHAT = """接龙 白菜团
1. 103 大白菜2 鸡蛋x1
2. 104 土豆
3、501 白酒1
4. 王阿姨 大白菜1 13800001111
5. 103 大白菜1
"""


def test_a_chain_message_becomes_drafts_and_nothing_else_of_it_is_kept(town: dict[str, int]) -> None:
    offer = offered.opened(town)
    path = f"/necessities/chain/{offer}"
    text = CHAT.replace("5. 103 大白菜1\n", "")
    html = world.client("zhao").post(path, {"text": text, "building": "3栋1单元", "form": ""}).content.decode()
    page = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "2 doors fit" in page and "大白菜 × 2" in page
    assert "Row 4: something that is not offered" in page and "Row 5: no door is found in it" in page
    assert "王阿姨" not in html and "13800001111" not in html and "白酒" not in html
    hidden = re.search(r'name="drafts" value="([^"]*)"', html)
    assert hidden
    plain = hidden[1].replace("&quot;", '"')
    assert json.loads(plain) == [[3, {"1": 2, "2": 1}], [4, {"3": 1}]]
    world.post("zhao", path, form="take", drafts=plain)
    assert order(offer, 3)[1]["channel"] == "chat" and order(offer, 4)[0] == "ordered"
    twice = world.client("zhao").post(path, {"text": CHAT, "building": "3栋1单元", "form": ""}).content.decode()
    assert "the same door twice" in twice or "this door has ordered already" in twice


def test_closing_sheets_bags_and_the_count_on_the_phone(town: dict[str, int]) -> None:
    offer = offered.opened(town)
    for number in range(1, 9):
        world.say(
            place(offer, number, (1, 1), (3, 2), swaps=["vegetable"], **({"pays": "before"} if number == 8 else {}))
        )
    path = f"/necessities/offer/{offer}"
    world.at(CLOSES)
    assert "closed, the sheet is to be given" in world.words("lead", path)
    world.post("lead", path, form="sent", about=f"offer/{offer}")
    follow.catch_up()
    lists = world.words("lead", f"/necessities/lists/{offer}")
    assert "Form BG-01" in lists and "cash to be collected" in lists and "赵" not in lists
    floors = [int(room[0]) for room in re.findall(r"\b([1-5]0[1-4])\b \d+ 大白菜", lists)]
    assert floors and floors[:2] == sorted(floors[:2], reverse=True), "the top floor first"
    at = world.NOW + dt.timedelta(days=1)
    world.at(at)
    world.post("lead", path, form="came", about=f"offer/{offer}", units_1="8", units_3="16", grams_3="22500")
    follow.catch_up()
    assert "1 door gets less than it ordered" in world.words("lead", path), "22.5 kg are 15 units"
    page = world.page("lead", path)
    stairs = re.findall(r'name="(stair_\d+)"', page)
    assert stairs
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    world.post("lead", path, form="bags", about=f"offer/{offer}", **({"seen": seen[1]} if seen else {}),
               **{stair: str(town["zhao"]) for stair in stairs})  # fmt: skip
    [(bag, state, data)] = world.rows("basket")
    assert state == "out" and data["doors"] and data["carrier"] == town["zhao"]
    assert "Carry a bag" in world.page("zhao", "/today")
    phone = f"/necessities/bag/{bag}"
    assert world.client("qian").get(phone).status_code == 404, "another's bag"
    told = world.words("zhao", phone)
    rows = [row for _key, _state, row in world.rows("order")]
    cash = sum(max(0, row["due"] - row["before"]) for row in rows)
    assert cash in (7 * 2500, 7 * 2500 - 750), "who gets one unit less is by lot"
    assert f"Cash to be collected: {cash / 100:.2f} yuan" in told and "1 paid before: 25.00 yuan" in told, told[:300]
    for number in data["doors"]:
        if number == 1:
            world.post(
                "zhao", phone + "?open=other/1", form="other/1", about=f"order/{offer}.1", rotten_1="1", cash="15.00"
            )
        else:
            outcome = "taken" if number == 8 else "unpaid" if number == 7 else "paid"
            world.post("zhao", phone, form=f"quick/{number}", about=f"order/{offer}.{number}", outcome=outcome)
    assert order(offer, 7)[0] == "unpaid" and order(offer, 1)[0] in ("brought", "refund", "unpaid")
    cash = world.rows("basket")[0][2]["cash"]
    assert world.rows("basket")[0][1] == "back"
    for who in ("zhao", "lead"):
        world.post(who, phone, form="count", about=f"basket/{bag}", fen=f"{cash // 100}.{cash % 100:02d}")
    assert world.rows("basket")[0][1] == "counted"
    assert "It is right to the fen." in world.words("zhao", phone)
    money = world.words("lead", path)
    due = re.search(r"The supplier is due ([\d.]+)", money)
    assert due and "Paid to the supplier" in money
    world.post("lead", path, form="settle", about=f"offer/{offer}", fen=due[1])
    assert world.rows("offer")[0][1] == "settled"
    for who, where in (("lead", path), ("zhao", phone), ("lead", "/necessities/bags"), ("lead", "/necessities/")):
        zh = world.words(who, where, "zh-hans")
        assert not re.search(r"[A-Za-z]{4,}", zh), zh
    world.press("lead", "collect_money", "paid")
    assert order(offer, 7)[0] == "brought"


def test_whoever_may_not_sees_no_order(town: dict[str, int]) -> None:
    offer = offered.opened(town)
    world.say(place(offer, 3, (1, 1)))
    assert world.client("far").get(f"/necessities/offer/{offer}").status_code == 404
    assert "1 door has ordered." in world.words("lead", f"/necessities/offer/{offer}")
    supply = world.words("mei", f"/necessities/offer/{offer}")
    assert "1 door has ordered." in supply and "Door 3" not in supply, "how much, never which door"
    assert not holder_of(town["mei"]).sees("households")
    assert fact("order.withdrawn", {"offer": offer, "household": 3}, 6).kind == "order.withdrawn"
