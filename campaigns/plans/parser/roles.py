"""Who does what: responsibility notes "(X chủ trì; Y phối hợp thực hiện)", labelled lines "Đơn vị chủ trì: X", and
sentences whose subject is a body ("Công an tỉnh chủ trì, phối hợp với …").

Roles: `lead` answers for the task (chủ trì, chủ động thực hiện, hướng dẫn); `coordinate` helps (phối hợp); `both` when the
plan says that the same body leads and coordinates and names nobody else.
"""

import re
from dataclasses import dataclass

from campaigns.plans.parser.bodies import HEAD_AT, Body, split_bodies
from campaigns.plans.parser.flat import Flat, Span, pattern

LEAD, COORDINATE, BOTH = "lead", "coordinate", "both"
_VERB = pattern(
    r"(?:cùng\s+|đồng\s+)?chủ\s*trì|phối\s*hợp(?:\s+chặt chẽ)?(?:\s+(?:với|cùng(?: với)?))?|chủ động|chịu trách nhiệm|"
    r"hướng dẫn|(?<!quan, )(?<!vị, )(?<!các )tổ chức(?! chính trị| đảng| đoàn| xã hội| thành viên| có|,)|triển khai|thực hiện(?! phong trào)|tham mưu|theo dõi|"
    r"làm đầu mối|là đầu mối|giúp|đôn đốc|cung cấp|hỗ trợ|tham gia",
    re.I,
)
_LABEL = pattern(
    r"\W*(?:(?:cơ quan|đơn vị|đầu mối|bộ phận|trách nhiệm|phân công|tổ chức|lực lượng)\s*)?(?:được (?:giao|phân công)\s*)?"
    r"(?P<role>chủ trì(?:\s*(?:,|và)?\s*(?:tham mưu|thực hiện|hướng dẫn))?|phối hợp(?: thực hiện)?|thực hiện|"
    r"chịu trách nhiệm(?: chính| thực hiện)?|trách nhiệm)\s*:\s*",
    re.I,
)
_LABEL_HEAD = pattern(
    r"\W*(?:cơ quan|đơn vị|các đơn vị|lực lượng)\s+(?P<lead>chủ trì(?:,? (?:và )?thực hiện)?|thực hiện)?(?:\s*(?:,|và|/)?\s*"
    r"(?P<helps>phối hợp)(?: thực hiện)?)?\W*$",
    re.I,
)
_LABEL_TIME = pattern(r"\W*(?:thời gian|thời hạn|tiến độ)(?:\s+(?:thực hiện|hoàn thành|triển khai))?\s*:\s*", re.I)
# Verbs with which the predicate of a body's sentence begins; small letters only: "Ban Tổ chức", "Ban Chỉ đạo" are names.
_PREDICATE = pattern(
    r"(?<![\w(])(?:chủ trì|phối hợp|xây dựng|(?<!quan, )(?<!vị, )(?<!các )tổ chức(?! chính trị| đảng| đoàn thể| xã hội| tôn giáo| thành viên|,| quần chúng"
    r"| kinh tế| khác| hội)|hướng dẫn|chỉ đạo|có trách nhiệm|có nhiệm vụ|chịu trách nhiệm|căn cứ|cần |cụ thể hóa|tham mưu|"
    r"thực hiện(?! phong trào)|tăng cường|tuyên truyền|theo dõi|là cơ quan|là đầu mối|làm đầu mối|chủ động|tiếp tục|đẩy mạnh|"
    r"phát huy|bố trí|cân đối|triển khai|theo chức năng|trên cơ sở|đưa tin|đăng tải|đăng,? phát|phát sóng|cung cấp|(?<!nghệ )(?<!hóa, )thông tin(?! và| cơ sở| đại chúng| nguồn| điện tử|,| tuyên)|quan tâm|"
    r"lồng ghép|kiểm tra|giám sát|ban hành|lãnh đạo|định kỳ|thường xuyên|duy trì|rà soát|vận động|phát động|quán triệt|"
    r"nghiên cứu|kịp thời|làm tốt|bám sát|đề xuất|tổng hợp|mở (?:chuyên|các)|nâng cao|tập trung|dành|sản xuất|biên soạn|"
    r"biên tập|in ấn|tích cực|bảo đảm|đảm bảo|hỗ trợ|giúp|huy động|chuẩn bị|gửi|báo cáo|đôn đốc|phân công|thông tin, tuyên|"
    r"truyền thông|sử dụng|tiếp nhận|biên dịch|ưu tiên|khai thác|đa dạng|lựa chọn|quản lý chặt|đồng thời|thẩm định|ký kết|"
    r"nhắn tin|gương mẫu|cử |lập |tuỳ|tùy|khuyến khích|phổ biến|giao |theo nhiệm vụ|trực tiếp|chuyển tải|xét xử|đề nghị|"
    r"nghiêm túc|khẩn trương|vận hành|duyệt |thông báo|phản ánh|đưa |tham gia|tuần tra|phân bổ|tiến hành|niêm yết|treo |thành lập|kiện toàn)"
)
_LEAD_WORD = pattern(r"\W*(?:(?:Giao(?: cho)?|Đề nghị|Yêu cầu|Phân công|Trách nhiệm của|Đối với)\s*:?\s+)")
_NOT_NAME = pattern(r"^(?:Các tổ chức|Tổ chức|Cơ sở|Bảo hiểm|Báo)\s+(?:tốt|các|thực|triển|tuyên|cáo|cho|hội|lồng)\b")


_HELPING = ("thực hiện", "triển khai", "tổ chức", "giúp", "cung cấp", "hỗ trợ", "tham gia")


@dataclass(frozen=True, slots=True)
class Role:
    """One body with its role; `words` is the stretch of flat text that says the role, in the same text as the body."""

    body: Body
    role: str
    words: Span


@dataclass(frozen=True, slots=True)
class _Said:
    start: int
    end: int
    role: str
    word: str


def _verbs(flat: Flat, start: int, end: int) -> list[_Said]:
    said = []
    for match in _VERB.finditer(flat.norm, start, end):
        word = match.group().lower()
        if word.startswith("tổ chức") and match.group()[0] == "T":
            continue
        inside_name = match.group()[0].isupper() and match.start() > start and flat.norm[match.start() - 1] == " "
        if inside_name and not word.startswith(("chủ trì", "phối")):
            continue
        role = COORDINATE if word.startswith("phối") else LEAD
        said.append(_Said(match.start(), match.end(), role, word))
    return said


def roles_in_note(flat: Flat, start: int, end: int) -> list[Role]:
    """The bodies of a responsibility note with their roles. A part without a verb takes that of the next part."""
    parts: list[tuple[int, int]] = []
    at = start
    for match in [*re.finditer(r";", flat.norm[start:end]), None]:
        stop = start + match.start() if match else end
        if flat.norm[at:stop].strip(" ,.()"):
            parts.append((at, stop))
        at = stop + 1
    has_lead = bool(re.search(r"chủ\s*trì", flat.norm[start:end], re.I))
    result: list[Role] = []
    waiting: list[Body] = []
    for part_start, part_end in parts:
        verbs = _verbs(flat, part_start, part_end)
        if not verbs:
            waiting.extend(split_bodies(flat, _skip(flat, part_start, part_end), part_end))
            continue
        found = _roles_in_part(flat, part_start, part_end, verbs, has_lead)
        first = found[0] if found else None
        for body in waiting:
            result.append(Role(body, first.role if first else LEAD, first.words if first else (body.start, body.end)))
        waiting = []
        result.extend(found)
    result.extend(Role(body, LEAD, (body.start, body.end)) for body in waiting)
    return _both(flat, start, end, result)


def _skip(flat: Flat, start: int, end: int) -> int:
    while start < end and flat.norm[start] in " ,.(":
        start += 1
    return start


def _roles_in_part(flat: Flat, start: int, end: int, verbs: list[_Said], has_lead: bool) -> list[Role]:
    result: list[Role] = []
    at = start
    for index, verb in enumerate(verbs):
        bodies = split_bodies(flat, _skip(flat, at, verb.start), verb.start) if at < verb.start else []
        before = verbs[index - 1] if index else None
        role, words = _role_before(verb, before, verbs, index, flat, has_lead)
        for body in bodies:
            result.append(Role(body, role, words))
        at = verb.end
    last = verbs[-1]
    tail = split_bodies(flat, _skip(flat, last.end, end), end)
    result.extend(Role(body, last.role, (last.start, last.end)) for body in tail)
    return result


def _role_before(
    verb: _Said, before: _Said | None, verbs: list[_Said], index: int, flat: Flat, has_lead: bool
) -> tuple[str, Span]:
    """The role of the bodies that stand before `verb` (and after the verb `before`)."""
    if before is not None and before.role == COORDINATE:
        if verb.word.endswith("chủ trì"):
            return LEAD, (verb.start, verb.end)
        return COORDINATE, (before.start, before.end)
    if verb.role == COORDINATE:
        after = verbs[index + 1] if index + 1 < len(verbs) else None
        stop = after.start if after else len(flat.norm)
        partner = HEAD_AT.match(flat.norm, _skip(flat, verb.end, stop), stop)
        if partner:
            joint = after is not None and after.word.endswith("chủ trì")
            return LEAD, (after.start, after.end) if joint and after else (verb.start, verb.end)
        stretch_end = after.end if after and after.word == "thực hiện" else verb.end
        return COORDINATE, (verb.start, stretch_end)
    if has_lead and verb.word in _HELPING and "trì" not in verb.word:
        return COORDINATE, (verb.start, verb.end)
    return LEAD, (verb.start, verb.end)


def _both(flat: Flat, start: int, end: int, roles: list[Role]) -> list[Role]:
    """ "X chủ trì, phối hợp thực hiện" and nobody else named: X does both."""
    text = flat.norm[start:end]
    if len({r.body.start for r in roles}) == 1 and re.search(
        r"chủ trì\s*(?:,|và)?\s*phối hợp\s*(?:thực hiện)?\W*$", text
    ):
        role = roles[0]
        said = re.search(r"chủ trì", text)
        return [Role(role.body, BOTH, (start + said.start(), start + len(text.rstrip(" ).;"))))] if said else roles
    return roles


def labelled(flat: Flat, start: int) -> tuple[str, int, int] | None:
    """ "Đơn vị chủ trì: …" at `start`: the role, where the words of the role begin and where the bodies begin."""
    match = _LABEL.match(flat.norm, start)
    if not match:
        return None
    role = COORDINATE if match["role"].lower().startswith("phối") else LEAD
    return role, match.start("role"), match.end()


def label_heading(flat: Flat, start: int) -> str | None:
    """A heading over a list of bodies: "Cơ quan chủ trì" gives `lead`, "Cơ quan phối hợp" `coordinate`, a heading over
    both gives ""; None for any other heading."""
    match = _LABEL_HEAD.match(flat.norm, start)
    if not match:
        return None
    lead, helps = match["lead"] is not None, match["helps"] is not None
    return "" if lead and helps else COORDINATE if helps else LEAD


def labelled_time(flat: Flat, start: int) -> int | None:
    """ "Thời gian hoàn thành: …" at `start`: where the time begins."""
    match = _LABEL_TIME.match(flat.norm, start)
    return match.end() if match else None


def roles_in_list(flat: Flat, start: int, end: int, role: str, words: Span) -> list[Role]:
    """Every body of a list with one role."""
    stop = pattern(r"[.]\s|\.$").search(flat.norm, start, end)
    return [Role(body, role, words) for body in split_bodies(flat, start, stop.start() if stop else end)]


@dataclass(frozen=True, slots=True)
class Subject:
    """The bodies with which a sentence begins; `rest` is where the sentence goes on, `colon` if after a colon."""

    bodies: list[Body]
    rest: int
    colon: bool


def subject_of(flat: Flat, start: int) -> Subject | None:
    """The bodies that a point begins with: "Sở Y tế: …", "Giao Công an tỉnh chủ trì …", "UBND các xã, phường tổ chức …"."""
    lead = _LEAD_WORD.match(flat.norm, start)
    at = lead.end() if lead else start
    while at < len(flat.norm) and flat.norm[at] in ' *"-':
        at += 1
    head = HEAD_AT.match(flat.norm, at)
    if not head or not (flat.norm[at].isupper() or lead) or _NOT_NAME.match(flat.norm[at:]):
        return None
    colon = pattern(r":").search(flat.norm, at)
    if colon and re.match(r"Các\s+(?:sở|phòng|hội|ban)(?:,\s*\w+){0,2}\s*$", flat.norm[at : colon.start()], re.I):
        colon = pattern(r":").search(flat.norm, colon.end())
    verb = _PREDICATE.search(flat.norm, at)
    dot = pattern(r"\.(?:\s|$)").search(flat.norm, at)
    limit = dot.start() if dot else len(flat.norm)
    colon_at = colon.start() if colon and colon.start() < limit else None
    if colon_at is not None and (verb is None or colon_at < verb.start() or colon_at >= len(flat.norm.rstrip()) - 1):
        bodies = split_bodies(flat, at, colon_at)
        return Subject(bodies, colon_at + 1, True) if bodies else None
    if verb is None or verb.start() > limit or verb.start() - at > 400 or verb.start() <= head.end():
        whole = limit >= len(flat.norm.rstrip(" ;")) and verb is None
        bodies = split_bodies(flat, at, limit) if whole and limit - at < 200 else []
        return Subject(bodies, len(flat.norm), True) if bodies else None
    bodies = split_bodies(flat, at, verb.start())
    return Subject(bodies, verb.start(), False) if bodies else None


def partners_of(flat: Flat, start: int, end: int) -> list[Role]:
    """The bodies that a leading body must work with: "chủ trì, phối hợp với A, B và các cơ quan liên quan …"."""
    match = pattern(r"phối\s*hợp(?:\s+chặt chẽ)?\s*(?:với|cùng(?: với)?)?\s+", re.I).search(flat.norm, start, end)
    if not match or match.start() - start > 60:
        return []
    verb = _PREDICATE.search(flat.norm, match.end(), end)
    stop = pattern(r"[.;:]\s|$").search(flat.norm, match.end(), end)
    limit = min(verb.start() if verb else end, stop.start() if stop else end)
    if not HEAD_AT.match(flat.norm, match.end(), limit):
        return []
    return [Role(body, COORDINATE, (match.start(), match.end())) for body in split_bodies(flat, match.end(), limit)]
