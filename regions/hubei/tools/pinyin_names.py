"""English names of places: pinyin of the proper part, the usual English word for the generic part."""

from __future__ import annotations

import re

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict

PREFECTURES = {
    "420100": "Wuhan",
    "420200": "Huangshi",
    "420300": "Shiyan",
    "420500": "Yichang",
    "420600": "Xiangyang",
    "420700": "Ezhou",
    "420800": "Jingmen",
    "420900": "Xiaogan",
    "421000": "Jingzhou",
    "421100": "Huanggang",
    "421200": "Xianning",
    "421300": "Suizhou",
    "422800": "Enshi",
    "429004": "Xiantao",
    "429005": "Qianjiang",
    "429006": "Tianmen",
    "429021": "Shennongjia",
}
COUNTIES = {
    "420102": "Jiang'an",
    "420103": "Jianghan",
    "420104": "Qiaokou",
    "420105": "Hanyang",
    "420106": "Wuchang",
    "420107": "Qingshan",
    "420111": "Hongshan",
    "420112": "Dongxihu",
    "420113": "Hannan",
    "420114": "Caidian",
    "420115": "Jiangxia",
    "420116": "Huangpi",
    "420117": "Xinzhou",
    "420202": "Huangshigang",
    "420203": "Xisaishan",
    "420204": "Xialu",
    "420205": "Tieshan",
    "420222": "Yangxin",
    "420281": "Daye",
    "420302": "Maojian",
    "420303": "Zhangwan",
    "420304": "Yunyang",
    "420322": "Yunxi",
    "420323": "Zhushan",
    "420324": "Zhuxi",
    "420325": "Fangxian",
    "420381": "Danjiangkou",
    "420502": "Xiling",
    "420503": "Wujiagang",
    "420504": "Dianjun",
    "420505": "Xiaoting",
    "420506": "Yiling",
    "420525": "Yuan'an",
    "420526": "Xingshan",
    "420527": "Zigui",
    "420528": "Changyang",
    "420529": "Wufeng",
    "420581": "Yidu",
    "420582": "Dangyang",
    "420583": "Zhijiang",
    "420602": "Xiangcheng",
    "420606": "Fancheng",
    "420607": "Xiangzhou",
    "420624": "Nanzhang",
    "420625": "Gucheng",
    "420626": "Baokang",
    "420682": "Laohekou",
    "420683": "Zaoyang",
    "420684": "Yicheng",
    "420702": "Liangzihu",
    "420703": "Huarong",
    "420704": "Echeng",
    "420802": "Dongbao",
    "420804": "Duodao",
    "420822": "Shayang",
    "420881": "Zhongxiang",
    "420882": "Jingshan",
    "420902": "Xiaonan",
    "420921": "Xiaochang",
    "420922": "Dawu",
    "420923": "Yunmeng",
    "420981": "Yingcheng",
    "420982": "Anlu",
    "420984": "Hanchuan",
    "421002": "Shashi",
    "421003": "Jingzhou District",
    "421022": "Gong'an",
    "421023": "Jianli",
    "421024": "Jiangling",
    "421081": "Shishou",
    "421083": "Honghu",
    "421087": "Songzi",
    "421102": "Huangzhou",
    "421121": "Tuanfeng",
    "421122": "Hong'an",
    "421123": "Luotian",
    "421124": "Yingshan",
    "421125": "Xishui",
    "421126": "Qichun",
    "421127": "Huangmei",
    "421181": "Macheng",
    "421182": "Wuxue",
    "421202": "Xian'an",
    "421221": "Jiayu",
    "421222": "Tongcheng",
    "421223": "Chongyang",
    "421224": "Tongshan",
    "421281": "Chibi",
    "421303": "Zengdu",
    "421321": "Suixian",
    "421381": "Guangshui",
    "422801": "Enshi City",
    "422802": "Lichuan",
    "422822": "Jianshi",
    "422823": "Badong",
    "422825": "Xuan'en",
    "422826": "Xianfeng",
    "422827": "Laifeng",
    "422828": "Hefeng",
    "429004": "Xiantao",
    "429005": "Qianjiang",
    "429006": "Tianmen",
    "429021": "Shennongjia",
}
# Names known in English otherwise than the rule makes them.
KNOWN = {
    "420111491015": "Donghu Xincheng Community",
    "420102400": "Baibuting Garden",
    "420106490": "East Lake Scenic Area Subdistrict (Wuchang)",
    "420111491": "East Lake Scenic Area Subdistrict (Hongshan)",
    "421171": "Longganhu Management Area",
    "420381450": "Wudangshan Special Zone",
}
# Readings a dictionary of common words gets wrong in these place names.
load_phrases_dict(
    {
        "十堰": [["shí"], ["yàn"]],
        "监利": [["jiàn"], ["lì"]],
        "黄陂": [["huáng"], ["pí"]],
        "秭归": [["zǐ"], ["guī"]],
        "大冶": [["dà"], ["yě"]],
        "曾都": [["zēng"], ["dū"]],
        "沌口": [["zhuàn"], ["kǒu"]],
        "沌阳": [["zhuàn"], ["yáng"]],
        "猇亭": [["xiāo"], ["tíng"]],
        "硚口": [["qiáo"], ["kǒu"]],
        "阳逻": [["yáng"], ["luó"]],
        "奓山": [["zhà"], ["shān"]],
        "消泗": [["xiāo"], ["sì"]],
        "豹澥": [["bào"], ["xiè"]],
        "汈汊": [["diāo"], ["chà"]],
        "永漋": [["yǒng"], ["lóng"]],
        "重阳": [["chóng"], ["yáng"]],
        "洈水": [["wéi"], ["shuǐ"]],
    }
)
# In names of places these characters are mostly read so, where no word of the dictionary says otherwise.
load_single_dict({ord("长"): "cháng", ord("曾"): "zēng", ord("咀"): "zuǐ", ord("陂"): "pí"})

# Endings and the English word for each; the first that fits is taken.
COMMUNITY = "Community"
ENDINGS = {
    "township": [
        ("(办事处|街)?街道", "Subdistrict"),
        ("镇", "Town"),
        ("乡", "Township"),
    ],
    "community": [
        ("(社区)?(居民居?委员?会?|居民委会员|居委会?员?|居民居委会)", COMMUNITY),
        ("虚拟社区", "Virtual Community"),
        ("社区", COMMUNITY),
        ("(?<=..)村(村民委员?会|村委会)+", "Village"),
        ("(村民委员?会|村委会)+", "Village"),
        ("(虚拟)?生活区", "Residential Area"),
        ("生产队|大队|队委会", "Team"),
        ("村", "Village"),
    ],
    "zone": [],
}
# Words inside a name that are called by an English one; longer before shorter.
INSIDE = {
    "经济技术开发区": "Economic and Technological Development Zone",
    "经济开发区": "Economic Development Zone",
    "高新技术产业园": "High-tech Park",
    "高新技术创业服务中心": "High-tech Start-up Centre",
    "开发区": "Development Zone",
    "高新区": "High-tech Zone",
    "高新技术产业园区": "High-tech Park",
    "工业园区": "Industrial Park",
    "工业园": "Industrial Park",
    "现代产业园": "Modern Industry Park",
    "汽车产业园": "Automobile Park",
    "汽车工业园": "Automobile Park",
    "风景名胜区": "Scenic Area",
    "风景区": "Scenic Area",
    "生态文化旅游渡假区": "Resort",
    "旅游度假区": "Resort",
    "旅游渡假区": "Resort",
    "国家湿地公园": "National Wetland Park",
    "管理委员会": "Committee",
    "管理办公室": "Office",
    "管委会": "Committee",
    "管理区": "Management Area",
    "管理处": "Management Office",
    "办事处": "Office",
    "有限责任公司": "Company",
    "有限公司": "Company",
    "原种场": "Seed Farm",
    "良种场": "Seed Farm",
    "种畜场": "Stock Farm",
    "林场": "Forest Farm",
    "茶场": "Tea Farm",
    "渔场": "Fishery",
    "农场": "Farm",
}
SPLIT = re.compile("(" + "|".join(sorted(INSIDE, key=len, reverse=True)) + ")")


def english(name: str, level: str) -> str:
    """关东街道 to "Guandong Subdistrict"; what stands in brackets is put behind, in brackets."""
    plain = name.replace("(", "（").replace(")", "）")
    brackets = re.findall("（(.*?)）", plain)
    proper, word = re.sub("（.*?）", "", plain), ""
    for pattern, ending in ENDINGS[level]:
        found = re.search(f"({pattern})$", proper)
        if found and found.start() > 0:
            proper, word = proper[: found.start()], ending
            break
    text = " ".join(part for part in (worded(proper), word) if part)
    return f"{text} ({worded(brackets[0])})" if brackets else text


def worded(chinese: str) -> str:
    """Pinyin with the generic words inside put into English."""
    return " ".join(INSIDE.get(part) or joined(part) for part in SPLIT.split(chinese) if part)


def joined(chinese: str) -> str:
    """One capitalised word, with the apostrophe of GB/T 28039 before a syllable that begins with a vowel."""
    # A few names hold characters of a private font (U+E170); they have no reading and are left out.
    parts = [part for part in lazy_pinyin(chinese, style=Style.NORMAL) if part.isascii()]
    word = "".join(("'" if n and part[:1] in "aoe" else "") + part for n, part in enumerate(parts))
    return word[:1].upper() + word[1:].replace("v", "u")


def syllables(chinese: str) -> str:
    """Sort and search key: tone-less syllables parted by blanks."""
    words = (part.strip("（）()、，· ") for part in lazy_pinyin(chinese, style=Style.NORMAL))
    return " ".join(word for word in words if word.isascii() and word).lower()
