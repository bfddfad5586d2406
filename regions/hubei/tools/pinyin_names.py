"""English names of places: pinyin of the proper part, the usual English word for the generic part."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin, load_phrases_dict

PREFECTURES = {
    "420100": "Wuhan", "420200": "Huangshi", "420300": "Shiyan", "420500": "Yichang", "420600": "Xiangyang",
    "420700": "Ezhou", "420800": "Jingmen", "420900": "Xiaogan", "421000": "Jingzhou", "421100": "Huanggang",
    "421200": "Xianning", "421300": "Suizhou", "422800": "Enshi", "429004": "Xiantao", "429005": "Qianjiang",
    "429006": "Tianmen", "429021": "Shennongjia",
}
COUNTIES = {
    "420102": "Jiang'an", "420103": "Jianghan", "420104": "Qiaokou", "420105": "Hanyang", "420106": "Wuchang",
    "420107": "Qingshan", "420111": "Hongshan", "420112": "Dongxihu", "420113": "Hannan", "420114": "Caidian",
    "420115": "Jiangxia", "420116": "Huangpi", "420117": "Xinzhou",
    "420202": "Huangshigang", "420203": "Xisaishan", "420204": "Xialu", "420205": "Tieshan", "420222": "Yangxin",
    "420281": "Daye",
    "420302": "Maojian", "420303": "Zhangwan", "420304": "Yunyang", "420322": "Yunxi", "420323": "Zhushan",
    "420324": "Zhuxi", "420325": "Fangxian", "420381": "Danjiangkou",
    "420502": "Xiling", "420503": "Wujiagang", "420504": "Dianjun", "420505": "Xiaoting", "420506": "Yiling",
    "420525": "Yuan'an", "420526": "Xingshan", "420527": "Zigui", "420528": "Changyang", "420529": "Wufeng",
    "420581": "Yidu", "420582": "Dangyang", "420583": "Zhijiang",
    "420602": "Xiangcheng", "420606": "Fancheng", "420607": "Xiangzhou", "420624": "Nanzhang", "420625": "Gucheng",
    "420626": "Baokang", "420682": "Laohekou", "420683": "Zaoyang", "420684": "Yicheng",
    "420702": "Liangzihu", "420703": "Huarong", "420704": "Echeng",
    "420802": "Dongbao", "420804": "Duodao", "420822": "Shayang", "420881": "Zhongxiang", "420882": "Jingshan",
    "420902": "Xiaonan", "420921": "Xiaochang", "420922": "Dawu", "420923": "Yunmeng", "420981": "Yingcheng",
    "420982": "Anlu", "420984": "Hanchuan",
    "421002": "Shashi", "421003": "Jingzhou District", "421022": "Gong'an", "421023": "Jianli", "421024": "Jiangling",
    "421081": "Shishou", "421083": "Honghu", "421087": "Songzi",
    "421102": "Huangzhou", "421121": "Tuanfeng", "421122": "Hong'an", "421123": "Luotian", "421124": "Yingshan",
    "421125": "Xishui", "421126": "Qichun", "421127": "Huangmei", "421181": "Macheng", "421182": "Wuxue",
    "421202": "Xian'an", "421221": "Jiayu", "421222": "Tongcheng", "421223": "Chongyang", "421224": "Tongshan",
    "421281": "Chibi",
    "421303": "Zengdu", "421321": "Suixian", "421381": "Guangshui",
    "422801": "Enshi City", "422802": "Lichuan", "422822": "Jianshi", "422823": "Badong", "422825": "Xuan'en",
    "422826": "Xianfeng", "422827": "Laifeng", "422828": "Hefeng",
    "429004": "Xiantao", "429005": "Qianjiang", "429006": "Tianmen", "429021": "Shennongjia",
}
# Names known in English otherwise than the rule makes them.
KNOWN = {
    "420111491015": "Donghu Xincheng Community", "420102400": "Baibuting Garden",
    "420106490": "East Lake Scenic Area Subdistrict (Wuchang)", "420111491": "East Lake Scenic Area Subdistrict (Hongshan)",
    "421171": "Longganhu Management Area", "420381450": "Wudangshan Special Zone",
}
# Readings a dictionary of common words gets wrong in these place names.
load_phrases_dict({
    "十堰": [["shí"], ["yàn"]], "监利": [["jiàn"], ["lì"]], "黄陂": [["huáng"], ["pí"]], "秭归": [["zǐ"], ["guī"]],
    "大冶": [["dà"], ["yě"]], "曾都": [["zēng"], ["dū"]], "猇亭": [["xiāo"], ["tíng"]], "硚口": [["qiáo"], ["kǒu"]],
    "阳逻": [["yáng"], ["luó"]], "奓山": [["zhà"], ["shān"]], "消泗": [["xiāo"], ["sì"]], "豹澥": [["bào"], ["xiè"]],
    "汈汊": [["diāo"], ["chà"]], "永漋": [["yǒng"], ["lóng"]], "重阳": [["chóng"], ["yáng"]], "洈水": [["wéi"], ["shuǐ"]],
})
# Longest first. `township` and `community` words differ in what they are called in English.
GENERIC = {
    "township": [
        ("办事处街道", "Subdistrict"), ("街街道", "Subdistrict"), ("街道", "Subdistrict"), ("经济技术开发区", "Economic and Technological Development Zone"),
        ("经济开发区", "Economic Development Zone"), ("开发区", "Development Zone"), ("工业园区", "Industrial Park"),
        ("工业园", "Industrial Park"), ("风景名胜区", "Scenic Area"), ("风景区", "Scenic Area"), ("管理区", "Management Area"),
        ("办事处", "Office"), ("原种场", "Seed Farm"), ("良种场", "Seed Farm"), ("林场", "Forest Farm"), ("茶场", "Tea Farm"),
        ("农场", "Farm"), ("管理处", "Management Office"), ("管理委员会", "Committee"), ("管委会", "Committee"), ("镇", "Town"), ("乡", "Township"),
    ],
    "community": [
        ("社区居民委员会", "Community"), ("社区居民居委会", "Community"), ("社区居委会", "Community"), ("居民委员会", "Community"), ("居委会", "Community"),
        ("社区", "Community"), ("村民委员会", "Village"), ("村委会", "Village"), ("生活区", "Residential Area"),
        ("生产队", "Team"), ("村", "Village"), ("林场", "Forest Farm"), ("农场", "Farm"), ("茶场", "Tea Farm"),
    ],
    "zone": [("经济技术开发区", "Economic and Technological Development Zone"), ("管理区", "Management Area")],
}


def english(name: str, level: str) -> str:
    """"关东街道" to "Guandong Subdistrict"; what stands in brackets is written in brackets."""
    proper, bracket = name.replace("(", "（").rstrip(")）").partition("（")[::2]
    for suffix, word in GENERIC[level]:
        if proper.endswith(suffix) and len(proper) > len(suffix):
            text = f"{joined(proper.removesuffix(suffix))} {word}"
            break
    else:
        text = joined(proper)
    return f"{text} ({joined(bracket)})" if bracket else text


def joined(chinese: str) -> str:
    """One capitalised word, with the apostrophe of GB/T 28039 before a syllable that begins with a vowel."""
    parts = lazy_pinyin(chinese, style=Style.NORMAL, errors=lambda other: list(other))
    word = parts[0] if parts else ""
    for part in parts[1:]:
        word += ("'" if part[:1] in "aoe" and word[-1:].isalpha() else "") + part
    return word[:1].upper() + word[1:].replace("v", "u")


def syllables(chinese: str) -> str:
    """Sort and search key: tone-less syllables parted by blanks."""
    words = (part.strip("（）()、，· ") for part in lazy_pinyin(chinese, style=Style.NORMAL))
    return " ".join(word for word in words if word).lower()
