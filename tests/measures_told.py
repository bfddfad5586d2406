"""Sentences that tell persons apart by where they are from, live, speak, are registered or how they look; and ordinary
sentences of measures that name nobody so."""

TOLD_APART = [
    # by here and elsewhere
    "疫区来人一律不准进", "只许本地的进", "不是本地的不让进", "不是咱本村的别进", "非本小区的一律劝返",
    "仅限本村村民通行", "当地人可以进出", "除本县的以外都不让过", "外村的不准进村", "省外的车不让下道",
    "本 地 人 优先", "隔壁村来的一律挡回", "Only locals may enter", "Locals only", "Only local people pass",
    "Those who are not from here are turned back", "Non-residents may not enter", "No out-of-town cars",
    "Newcomers stay inside",
    # by where they come from
    "从疫区回来的都要隔离", "疫区车不准进", "从麻城来的不让进", "外面来的人不准进", "别处来的一律劝返",
    "去过武汉的一律居家", "高风险区过来的不准进", "问清来路再放行", "哪里人要先问清楚", "境外回来的一律隔离",
    "從疫區回來的不讓進", "Nobody who arrived from elsewhere may enter",
    "Whoever comes from the epidemic area is turned back", "Families from Macheng stay inside",
    "Wuhan drivers are turned back", "People who hail from the south stay out",
    # by speech
    "口音不是本地的不让进", "不会说本地话的不让进", "讲武汉话的一律登记", "听不懂本地话的先问清",
    "說話帶外地腔的不讓進", "Whoever has a Hubei accent is turned back",
    "Those who do not speak our dialect stay out", "People who cannot speak Mandarin are sent away",
    # by registration and dwelling
    "身份证四二开头的不让进", "手机号归属地不在本市的劝返", "鄂牌车不让进", "看车牌放行", "没有房产证的不让进",
    "租房的不让进", "只让业主进出", "住在别处的不准进", "刚搬来的不准出门", "没有居住证的不得进入",
    "ID numbers beginning with 42 are refused", "Tenants may not go out", "Whoever lives elsewhere may not enter",
    "Cars with foreign plates are stopped", "Only those with a residence permit pass",
    # by a place, a plate or a number in other letters
    "Hubеi folk stay out", "W u h a n people stay out", "Wuhanese stay out", "hubei-ren stay out",
    "Wuhan-plated cars stay out", "People whose plate begins with 鄂 stay out",
    "Anybody with a 420 identity number stays out", "420开头身份证不得入内", "ＨＵＢＥＩ people stay out",
    # by look, people and trade
    "Black people stay out", "Uyghurs stay out", "维吾尔人不得入内",
    "面生的不让进", "看着不像本地的要查", "陌生人一律不准进", "长相可疑的不放行", "黑人不得入住",
    "回族住户另行登记", "打工的不让回", "Strangers are turned back", "Whoever looks foreign is stopped",
    "Judge by appearance at the gate", "Africans may not enter", "Muslims are registered apart",
]  # fmt: skip

ORDINARY = [
    "小区只留值守出入口，每户三天一人外出", "进出测温，体温超过三十七度三的送发热门诊",
    "聚集不超过十人，棋牌室和舞厅停业", "送菜车和快递放在东门货架，不接触交接", "居民凭出门条三天外出采购一次",
    "透析、分娩和急诊随到随走，事后补记", "商场限流，每百平方米不超过二十人", "从医院回来的病人由社区车辆送到家",
    "每天八时到二十时可以取快递", "密切接触者居家观察十四天", "本地新增三例，均在三号楼",
    "二月二十日以来九例，其中六例在小区内感染", "用方言和普通话广播通知", "外来快递在门岗消毒",
    "超市人数超过五十人时分批进入", "改善农村人居环境，清运垃圾", "送武汉市人民医院的急诊车辆一律放行",
    "老人和独居者由网格员每天打电话", "门外区域每天消毒两次", "只测温、只限聚集，试过两周未见下降",
    "One person of each household may go shopping every three days", "Gates are staffed from 5 March on",
    "Keep one metre apart; no more than ten people may meet", "Vehicles from 8 to 20 only, ambulances at any hour",
    "Parcels are left at the east gate", "Local clinics stay open; local time applies",
    "Residents stay in the compound; food is delivered", "Whoever comes from hospital is driven home",
    "Visitors wait at the gate and call", "Contacts stay at home for fourteen days",
    "The curve looks like that of January", "Speak softly; the notice is read aloud in Mandarin",
    "Let through whoever goes to Wuhan Union Hospital",
]  # fmt: skip
