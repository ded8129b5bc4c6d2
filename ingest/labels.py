"""Labels of speakers in records of the Legislative Yuan: 「王委員大明」 is one, 「提案人」 is none."""

from __future__ import annotations

import re

# Common knowledge, without those that also begin a sentence (向, 應, 於); two are a surname, too (張廖, 周陳).
_SURNAMES = (
    "陳林黃黄張李王吳吴劉蔡楊許鄭謝洪郭邱丘曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾鐘游彭詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜侯傅曹薛丁卓馬"
    "阮董唐温溫藍蔣石古紀姚連馮歐程湯康田姜汪白鄒尤巫涂凃鐵黎嚴韓龔鄔袁金童陸夏柳邵錢龍萬熊章俞喬譚饒粘官項樊伍賀秦孔史倪辛季駱崔曲鄞"
    "裴陶毛常武尹段雷任岳殷甘單練利尚霍牛滕申符房欒艾葛錡華費祝耿焦鮑畢齊包聶辜梅狄穆冷左路池佘冉花魯井隋虞苗宮蒲褚蒙瞿靳屈鈕祁闕凌倫邊"
    "匡柴戚卜閻郎翟荊揚晏溥舒米卞仇岑嵇甯寧景樓浦甄皮竇竺茅茹藺衛衡裘談諶譙貝賈邢郁郗郝鄂雍雲靖須麻党介邸鹿沙楚桂幸房文成管解顧宗谷查"
    "鄺麥關臧孟苑晁沃洛班璩禤禹莘藏覃訾逄逯隗鞠麴黑陽巴宓廉弘聞燕邰狐戈冀柏桑栗植束敖暴郜郟湛漆牟蒯蒼蔚藤衷賁農勞豐詩商伏丑沐宦焉鳳塗"
    "佟褟塩伊倉勵勾厲帥盛婁遲闞冼尉諸買戎桓"
    "\ue000-\uf8ff"  # a rare character that Unicode lacked: no sentence begins with one
)
_HAN = "[㐀-鿿豈-﫿\ue000-\uf8ff\U00020000-\U0003134f〇○]"
# Lawa Tana · Lawa．Tana．Mayaw
_LATIN = "[A-Za-z][A-Za-z.．‧·•・'’ -]*"
_RANK = (
    "副|代理|代|總|大|分|主任|政務|常務|簡任|薦任|委任|專門|專案|首席|執行|高級|資深|助理|調辦事|機要|召集|諮詢|一等|二等|三等|榮譽|名譽|"
    "公設|特約|約聘|客座|特聘|講座|兼任|專任|正|兼"
)
_OFFICE = (
    "(?:董事|理事|秘書|主計|審計|人事|會計|統計|典獄|參謀|檢察|委員|監察|執行|"
    "[部次署局處司院校組科課股室隊團廠館所站台臺會庭社園區鄉鎮市縣村里行議總船艦關廳])長|"
    "委員|主任|主委|總裁|參事|參議|法官|檢察官|秘書|視察|技正|技士|技監|專員|編審|編纂|稽核|稽察|督學|理事|監事|董事|監察人|經理|協理|"
    "襄理|副理|工程師|工程司|研究員|分析師|談判代表|代表|大使|公使|領事|司令|司令官|指揮官|政委|顧問|教授|講師|律師|會計師|建築師|技師|"
    "醫師|藥師|護理師|老師|導師|發言人|召集人|主持人|總監|幹事|教官|調查官|調查員|審議官|審查官|書記官|消保官|組員|科員|職員|諮議|編輯|"
    "議員|立委|上將|中將|少將|上校|中校|將軍|博士|法師|牧師|神父|先生|女士|小姐|同學"
)
# 主任委員 · 副執行秘書 · 次長兼任某某辦公室總談判代表
_TITLE = f"(?:(?:{_RANK})*(?:{_OFFICE}))(?:兼{_HAN}{{0,14}}?(?:{_RANK})*(?:{_OFFICE}))?"
_CIVIL = (
    "(?:副|助理|名譽|常務|客座|特聘|講座)*(?:先生|女士|小姐|教授|老師|博士|律師|醫師|會計師|建築師|秘書長|理事長|理事|董事長|執行長|總經理|"
    "校長|會長|研究員|講師|顧問|法師|牧師|神父|同學)"
)
CHAIR = frozenset({"主席", "副主席"})
# 王委員大明 · 張廖主任委員小華 · 林委員小美Lawa Tana · 黃主任委員
_OFFICE_INSIDE = re.compile(f"[{_SURNAMES}]{{1,2}}(?P<title>{_TITLE})(?P<given>{_HAN}{{1,3}}(?:{_LATIN})?|{_LATIN}|)")
# 王大明先生 · 林小美副教授
_OFFICE_AFTER = re.compile(f"[{_SURNAMES}]{{1,2}}(?P<given>{_HAN}{{1,2}}){_CIVIL}")
# Lawa Tana委員 · 拉娃．達那主任委員 · 林小美‧達那Lawa．Tana委員
_FOREIGN = re.compile(f"(?:{_HAN}{{1,4}}(?:[‧·•・．]{_HAN}{{1,4}})+(?:{_LATIN})?|{_HAN}{{0,4}}{_LATIN}){_TITLE}")
# 呼延副主計長大明, whose surname is not above: somebody of that title has to be spoken of in the text.
_UNKNOWN_SURNAME = re.compile(f"(?P<called>{_HAN}{{1,2}}?{_TITLE})(?P<given>{_HAN}{{1,3}})")
# 貢布大吉委員: labelled so more than once, and spoken of.
_UNKNOWN_NAME = re.compile(f"{_HAN}{{3,5}}(?:委員|{_CIVIL})")
# 王委員說： · 李委員大明等： · 陳部長表示： : somebody is quoted, or a motion named.
_NOT_GIVEN = re.compile(
    "[等之的所].*|.*[等說問稱版案代]|表示|認為|指出|回答|答復|答覆|發言|質詢|報告|意見|要求|建議|強調|書面.*|補充|提到|裁示|宣布"
)
# 提案委員 · 列席代表: a part played, nobody's name.
_ROLE = re.compile(
    "提案|連署|出席|列席|請假|全體|在場|召集|專門|簡任|薦任|主任|執行|各|本|該|諸位|相關|有關|業務|主管|紀錄|記錄|常務|副|代理|請|某|有|另|第|其他"
)
_SPACE_INSIDE = re.compile(f"(?<={_HAN})[ \u3000]+(?={_HAN})")


def speaker(label: str, text: str = "") -> str:
    """Who is meant by what stands before a colon, or "" when that is no speaker.

    ``speaker("薛委員　大") == "薛委員大"``; ``speaker("列席委員") == speaker("王委員說") == ""``. The rarer names
    are looked for in ``text``, the whole record.
    """
    if label in CHAIR:
        return label
    name = _SPACE_INSIDE.sub("", label.strip())
    found = _OFFICE_INSIDE.fullmatch(name) or _OFFICE_AFTER.fullmatch(name)
    if found:
        return "" if _NOT_GIVEN.fullmatch(found["given"]) or _ROLE.match(name) else name
    return name if _FOREIGN.fullmatch(name) or _called(name, text) else ""


def _called(name: str, text: str) -> bool:
    if _ROLE.match(name):
        return False
    if _UNKNOWN_NAME.fullmatch(name):
        return text.count(f"\n{name}：") > 1 and text.count(name) > text.count(f"{name}：")
    found = _UNKNOWN_SURNAME.fullmatch(name)
    if not found or _NOT_GIVEN.fullmatch(found["given"]):
        return False
    return text.count(found["called"]) > text.count(name)
