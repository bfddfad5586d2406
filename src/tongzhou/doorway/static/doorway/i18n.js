// Both languages stay on the phone. Every key has both; tests/doorway/test_words.py holds them to it.
export const WORDS = {
  doors: ["报平安", "Doors"], tasks: ["任务", "Tasks"], needs: ["需求", "Needs"], records: ["记录", "Records"],
  title: ["今日未报平安", "Not heard from today"], heard_today: ["今日已报", "Heard from today"],
  of_doors: ["{n} 户未报 · 共 {all} 户", "{n} of {all} doors silent"], stair: ["{n} 单元", "Stairwell {n}"], door: ["{n} 户", "Door {n}"],
  stair_count: ["剩 {n} 户", "{n} left"], last: ["上次 {d}", "last {d}"], never: ["尚无记录", "not heard yet"], people: ["{n} 人", "{n} people"],
  well: ["平安", "Well"], unwell: ["不适", "Unwell"], no_answer: ["无人应", "No answer"], tried: ["敲过门 {t}", "tried {t}"],
  all_heard: ["都报过平安了。", "Everybody has been heard from."], find: ["找门牌号", "Find a door"], nothing_found: ["没有这个门牌号。", "No door with this number."],
  undo: ["撤销", "Undo"], undone: ["已撤销：{w}", "Taken back: {w}"], recorded: ["{d}：{w}", "{d}: {w}"], close: ["关闭", "Close"],
  report: ["报情况", "Report"], exception: ["{d}：报情况", "{d}: report"], what: ["什么情况？", "What is it?"],
  fever: ["发热", "Fever"], breathless: ["气促", "Breathless"], alone: ["独居无人照料", "Alone, no carer"], newcomer: ["新来人员", "Newcomer"], need: ["要东西", "Needs something"],
  temperature: ["体温 ℃", "Temperature °C"], not_taken: ["没量", "not taken"], lower: ["低 0.1", "0.1 lower"], higher: ["高 0.1", "0.1 higher"],
  how_many: ["涉及几人", "How many people"], fewer: ["少一人", "one fewer"], more: ["多一人", "one more"],
  callback: ["回电号码（加密保存，只给社区医生）", "Call-back number (sealed, for the community doctor only)"],
  items: ["要什么？", "What is needed?"], food: ["食品", "Food"], medicine: ["药品", "Medicine"], water: ["饮水", "Water"], infant: ["婴儿用品", "For an infant"],
  disposal: ["清运垃圾", "Waste collection"], repair: ["维修", "Repair"], last_dose: ["药吃到哪天", "Last dose on"],
  cough: ["咳嗽", "Cough"], diarrhoea: ["腹泻", "Diarrhoea"], tired: ["乏力", "Tired"], no_symptoms: ["没有症状", "No symptoms"], bad_temperature: ["体温在 30.0 到 45.0 之间。", "A temperature from 30.0 to 45.0."],
  no_end: ["县疾控说明的日期", "the day that the county CDC names"],
  day_of: ["观察第 {n} 天", "day {n} of observation"], until: ["到 {t}", "until {t}"], told: ["已告知", "Told"], tell_begin: ["告知医学观察", "Tell: observation"], tell_end: ["告知解除观察", "Tell: it ends"],
  tell_begin_more: ["做什么、为什么、到 {t} 为止、怎样申诉", "What, why, until {t}, and how to object"], tell_end_more: ["{t} 解除，之后与其他人一样", "Ends {t}; then as everybody else"],
  save: ["记下", "Save"], pick_one: ["请先选一项。", "Choose at least one first."], pick_item: ["请选要什么。", "Choose what is needed."],
  bad_number: ["号码只能有数字、空格、+ 和 -，至少 5 位。", "A number has digits, blanks, + and - only, 5 digits or more."],
  door_hint: ["这是回电请求，不是诊断。", "This asks for a call back. It is not a diagnosis."],
  no_tasks: ["今天没有待办。", "Nothing left to do today."], no_needs: ["没有待送的需求。", "Nothing waits to be brought."],
  visit: ["上门看望", "Visit"], deliver: ["送货上门", "Deliver"], notice: ["送达通知", "Give a notice"], escort: ["陪同前往", "Escort"], task_temperature: ["测量体温", "Take the temperature"],
  due: ["{t} 前", "by {t}"], done: ["办好了", "Done"], not_ready: ["办不了", "Not ready"], why: ["为什么？", "Why?"],
  for_me: ["今天归我", "Mine today"], for_me_stop: ["今天归我，第 {n} 站", "Mine today, stop {n}"], for_other: ["今天归{n}", "{n}'s today"],
  nobody_there: ["家里没人", "Nobody there"], refused_reason: ["对方不要", "Declined"], no_transport: ["没有车", "No transport"], no_supplies: ["没有物资", "No supplies"], other: ["其他", "Other"],
  delivered: ["送到了", "Delivered"], problem: ["没送成", "Not delivered"], not_available: ["缺货", "Not available"], wrong_item: ["送错了", "Wrong item"], back: ["返回", "Back"],
  kept: ["存在本机", "Kept on this phone"], sent: ["已发出，等回执", "Sent, awaiting receipt"], received: ["已收到 {t}", "Received {t}"], received_plain: ["已收到", "Received"], refused: ["未被接受", "Refused"], corrected: ["已更正", "Corrected"],
  no_records: ["这台手机上还没有记录。", "Nothing recorded on this phone yet."], correct: ["更正", "Correct"], withdrawn: ["撤销一条记录", "Took a record back"], number_kept: ["回电号码", "Call-back number"],
  number_erased: ["删除回电号码", "Erased the call-back number"], task_done: ["任务", "Task"], need_met: ["需求", "Need"], door_number: ["门牌号", "Door number"], when: ["发生时间", "When it happened"],
  replaced: ["更正后重新记下。", "Recorded again, corrected."], reason: ["原因", "Reason"], again: ["再记一次", "Record it again"],
  online_all: ["已连上 · 全部收到", "Connected · all received"], online_wait: ["正在发送 {n} 条", "Sending {n}"], offline_all: ["没有网络 · 可照常记录", "No network · keep recording"],
  offline_wait: ["没有网络 · {n} 条存在本机", "No network · {n} kept on this phone"], signin: ["登录已过期 · {n} 条存在本机", "Signed out · {n} kept on this phone"],
  other_user: ["另有人登录 · {n} 条封存在本机", "Somebody else is signed in · {n} kept, sealed"], trouble: ["服务器没接受 · {n} 条存在本机，稍后再试", "The server did not take it · {n} kept, trying again"],
  refused_count: ["{n} 条未被接受", "{n} refused"], sign_in: ["登录", "Sign in"], lock: ["交班退出", "Sign out"], lock_wait: ["还有 {n} 条没发出。退出后封存在本机，您下次登录时再发。退出吗？", "{n} not sent yet. They stay sealed on this phone until you sign in again. Sign out?"],
  yes: ["退出", "Sign out"], no: ["不退出", "Stay"], locked: ["这台手机上没有人登录。", "Nobody is signed in on this phone."], locked_more: ["以前记下而没发出的，封存在本机。", "What was kept here earlier stays sealed."],
  nothing_here: ["这里没有您可以看的内容。", "There is nothing here that you may see."], first_online: ["第一次打开需要网络。", "The first opening needs a network."], loading: ["正在打开…", "Opening…"],
  replay: ["演练回放：账本时钟停在 {t}。同舟里社区和住户都是虚构的。", "Replay: this ledger's clock stands at {t}. Tongzhouli and its households are invented."],
  colon: ["：", ": "], comma: ["、", ", "], replay_name: ["演练回放", "Replay"],
  list_of: ["名单取于 {t}", "List of {t}"], menu: ["主要", "Main"], skip: ["跳到内容", "To the content"], language: ["English", "中文"],
  paper: ["纸表录入", "Paper entry"], print: ["打印纸表", "Print sheets"], slips: ["住户二维码", "Household slips"], paper_hint: ["先填表上写的时间，再点各户的勾。时间按事件发生时记，不是录入时。", "Enter the time written on the sheet, then tap what is ticked. The time of the event is kept, not that of typing."],
  date: ["日期", "Date"], time: ["时间", "Time"], which_stair: ["纸表（表号）", "Sheet (form number)"], in_future: ["时间还没到，请核对。", "This time is still to come. Please check."], too_old: ["日期太早，请核对。", "This day lies more than sixty days back. Please check."], entered: ["已录入 {w} {t}", "Entered: {w} {t}"],
  minutes: ["分钟", "min"], storage_weak: ["手机存储紧张时浏览器可能清除记录，请尽快联网。", "The browser may clear storage when the phone is full: connect soon."],
};

let index = localStorage.getItem("doorway-language") === "en" ? 1 : 0;
document.documentElement.lang = index ? "en" : "zh-CN";
export const language = () => (index ? "en" : "zh");
export function switchLanguage() {
  index = 1 - index;
  localStorage.setItem("doorway-language", language());
  document.documentElement.lang = index ? "en" : "zh-CN";
}
export function t(key, values = {}) {
  return (WORDS[key] ? WORDS[key][index] : key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
