"""Profiles are data: closed lists of domains with their cue words."""

from __future__ import annotations

from pathlib import Path

import pytest

from huimou.errors import UsageError
from huimou.language.figures import find_quantities
from huimou.language.profiles.profile import (
    ProfileSet,
    load_profiles,
    load_shipped_profiles,
    read_profile_source,
    select_shipped_profile,
)
from places import ROOT

_DEFAULT = load_shipped_profiles().default.kind
_KINDS = sorted(path.stem for path in (ROOT / "src" / "huimou" / "language" / "profiles").glob("*.toml"))


@pytest.mark.parametrize("kind", _KINDS)
def test_profile_is_well_formed(kind: str) -> None:
    """Each profile names its kind, how it is recognised, and distinct domains with weighted cues, `other` last."""
    profile = select_shipped_profile(kind)
    keys = [domain.key for domain in profile.domains]
    assert profile.kind == kind
    assert profile.recognise or profile.recognise_title
    assert len(keys) == len(set(keys))
    assert keys[-1] == "other"
    assert not profile.domains[-1].cues
    assert all(domain.title and all(weight > 0 for weight in domain.cues.values()) for domain in profile.domains)
    assert all(domain.cues or domain.roles for domain in profile.domains[:-1])


@pytest.mark.parametrize("kind", [None, "no_such_kind"])
def test_unknown_kind_gets_the_default(kind: str | None) -> None:
    """A report of no known kind is read as one of a 政协."""
    assert select_shipped_profile(kind).kind == _DEFAULT


def test_default_has_the_domains_of_the_contract() -> None:
    """The 政协 profile lists the fourteen domains that the output may name."""
    assert {domain.key for domain in select_shipped_profile(_DEFAULT).domains} == {
        *("party_building", "consultation", "oversight", "deliberation", "proposals", "public_opinion", "grassroots"),
        *("united_front", "development", "livelihood", "members", "culture_history", "institutional", "other"),
    }


UNION = """
kind = "city_union"
title = "工会工作报告"
recognise = ["总工会", "工会委员会"]
recognise_not = ["工会干部"]
self = ["{level}总工会", "本届工会"]
organisation = "{region}总工会"
order = ["rights", "skills"]
columns = ["序号", "任务"]

[sections]
plan = ["今后五年的目标任务"]

[[domain]]
key = "skills"
title = "技能竞赛"
definition = "劳动和技能竞赛"
cues = { 4 = ["竞赛", "技能"] }
near_misses = [{ words = ["技能纠纷"], goes_to = "rights" }]

[[domain]]
key = "rights"
title = "维权"
cues = { 3 = ["维权"] }
"""


def own(tmp_path: Path, text: str = UNION, name: str = "union.toml") -> Path:
    """Folder with one profile of the user's own."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", _KINDS)
def test_shipped_profiles_say_all_there_is_to_say(kind: str) -> None:
    """Definitions, near misses, sections, columns, own names and reading order are filled in."""
    profile = select_shipped_profile(kind)
    assert profile.rank
    assert profile.own_names
    assert profile.body or profile.names_itself
    assert profile.doers.own
    assert {"review", "plan", "shortcomings"} <= profile.sections.keys()
    assert {"工作任务", "目标", "完成时限", "原文"} <= set(profile.columns)
    assert all(domain.definition for domain in profile.domains)
    assert any(domain.near for domain in profile.domains)
    assert set(profile.order) == {domain.key for domain in profile.domains} - {"other"}


def test_own_profile_is_one_more_kind(tmp_path: Path) -> None:
    """All that the file says is there, levels written out, `other` added; own kinds are looked for first."""
    profiles = load_profiles(own(tmp_path))
    profile = profiles.select("city_union")
    assert profiles.kinds() == tuple(sorted([*_KINDS, "city_union"]))
    assert profiles.all[0] is profile
    assert "市总工会" in profile.own_names
    assert (profile.body, profile.sections, profile.columns) == (
        ("总工会",), {"plan": ("今后五年的目标任务",)}, ("序号", "任务"))  # fmt: skip
    assert list(profile.titles().items()) == [("rights", "维权"), ("skills", "技能竞赛"), ("other", "其他")]
    assert profile.origin == str(tmp_path / "union.toml")
    assert read_profile_source(profile) == UNION


def test_own_profile_says_whose_deeds_are_its_own(tmp_path: Path) -> None:
    """The body is known by its names behind a level, or by `doers`; its members by `members`."""

    def actors(profile: str, text: str) -> list[str | None]:
        doers = load_profiles(own(tmp_path, profile)).select("city_union").doers
        return [quantity.actor for quantity in find_quantities(text, doers)]

    text = "市总工会组织职工技能竞赛36场。市政府投入2亿元。困难职工档案达到32份。"
    said = 'rank = 70\ndoers = ["总工会", "工会(?!干部|会员)"]\nmembers = ["职工代表", "会员(?!卡)"]\n'
    more = UNION.replace("[sections]", f"{said}\n[sections]")
    assert actors(UNION, text) == ["本机构", "政府", None]
    assert actors(more, text) == ["本机构", "政府", None]
    assert actors(more, "各级工会慰问职工300人。会员提出建议20条。") == ["本机构", "委员"]


def test_near_misses_are_cues_of_the_domain_they_go_to(tmp_path: Path) -> None:
    """With the weight of the cue that they hide, and hidden from the domain that they look like."""
    skills, rights, other = load_profiles(own(tmp_path)).select("city_union").domains
    assert (skills.near, rights.cues, other.cues) == (("技能纠纷",), {"维权": 3, "技能纠纷": 4}, {})


def test_own_profile_replaces_the_shipped_one(tmp_path: Path) -> None:
    """A file of a shipped kind stands in its place; the others stay."""
    profiles = load_profiles(
        own(tmp_path, read_profile_source(select_shipped_profile("court")).replace("法院工作报告", "法庭工作报告"))
    )
    assert profiles.select("court").title == "法庭工作报告"
    assert profiles.kinds() == load_shipped_profiles().kinds()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("青山市总工会工作报告", "city_union"),
        ("青山市工会干部培训", None),
        ("青山市中级人民法院工作报告", "court"),
        ("政协委员、专家座谈", None),
        ("青山市人民政府关于政协提案的工作报告", "political_consultative"),
    ],
)
def test_a_title_names_its_kind(tmp_path: Path, line: str, kind: str | None) -> None:
    """By its words, not inside what is excepted; of several the one with the lowest rank."""
    assert load_profiles(own(tmp_path)).find_kind(line) == kind


@pytest.mark.parametrize(
    ("line", "named"),
    [
        *(
            (f"{name}2024年工作总结", True)
            for name in ("城关镇", "马集镇", "新市镇", "清水乡", "杨村镇", "云桥街道", "我镇")
        ),
        *(
            (f"{name}2024年工作总结", False)
            for name in ("全县乡镇", "县城镇", "特色小镇", "水乡", "科技下乡", "乡镇街道")
        ),
    ],
)
def test_a_township_by_its_name(line: str, *, named: bool) -> None:
    """城关镇, 清水乡 and 云桥街道 are townships; 乡镇, 城镇 and 下乡 are words."""
    assert select_shipped_profile("township").is_named_in_title(line) is named


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "工会', 'titel = "工会', "titel: no such key; did you mean title"),
        ('kind = "city_union"', 'kind = "Trade Union"', "kind: "),
        ('kind = "city_union"', "kind = 7", "kind: "),
        (
            'kind = "city_union"',
            'doers = ["总工会("]\nkind = "city_union"',
            "doers entry 1: not a regular expression",
        ),
        (
            'kind = "city_union"',
            'doers = ["(?P<own>工会)"]\nkind = "city_union"',
            "doers entry 1: must have no named group",
        ),
        ('kind = "city_union"', 'members = "职工"\nkind = "city_union"', "members: "),
        ('recognise = ["总工会", "工会委员会"]', "recognise = []", "recognise: "),
        (
            '"技能"] }',
            '"技能"], x = ["赛"] }',
            "domain skills: cues.x: x is no weight: give a whole number from 1 to 99",
        ),
        ("cues = { 3", "cues = { 300", "domain rights: cues.300: 300 is no weight"),
        ("cues = { 3", "weights = { 3", "domain rights: weights: no such key; known are key, "),
        ("cues = { 3", "cuse = { 3", "domain rights: cuse: no such key; did you mean cues"),
        ('cues = { 3 = ["维权"] }', "", "domain rights: cues: is missing"),
        (
            'cues = { 3 = ["维权"] }',
            'cues = ["维权"]',
            "domain rights: cues: must be a table of words by weight, such as cues",
        ),
        ('{ 3 = ["维权"] }', '{ 3 = "维权" }', "domain rights: cues.3: must be a list of words, such as cues"),
        ('{ 3 = ["维权"] }', "{ 3 = [7] }", "domain rights: cues.3 entry 1: must be a text"),
        (
            '{ 3 = ["维权"] }',
            '{ 3 = ["{level}维权"] }',
            "cues.3 entry 1: {level} is no placeholder here; this field has none",
        ),
        ('key = "rights"\n', "", "domain 维权: key: is missing"),
        (
            'goes_to = "rights"',
            'goes_too = "rights"',
            "domain skills: near_misses entry 1.goes_too: no such key; did you mean goes",
        ),
        ('["{level}总工会"', '["{lvl}总工会"', "self entry 1: {lvl} is no placeholder here; did you mean {level}"),
        ('["{level}总工会"', '["{region}总工会"', "self entry 1: {region} is no placeholder here; known are {level}"),
        ("{region}总工会", "{regoin}总工会", "organisation: {regoin} is no placeholder here; did you mean {region}"),
        (
            'organisation = "',
            'printed_name = "{plaza}总工会"\norganisation = "',
            "printed_name: {plaza} is no placeholder here; did you mean {place}",
        ),
        ('kind = "city_union"', 'rank = "60"\nkind = "city_union"', "rank: must be a whole number"),
        ('kind = "city_union"', 'default = "yes"\nkind = "city_union"', "default: must be true or false"),
        ('title = "工会工作报告"', 'title = ["工会工作报告"]', "title: must be a text"),
        (
            'goes_to = "rights"',
            'goes_to = "right"',
            "near_misses.goes_to: right is no domain of this profile; did you mean rights",
        ),
        ('goes_to = "rights"', 'goes_to = "skills"', "goes_to must name another domain"),
        ('key = "rights"', 'key = "skills"', "domain rights: |domain skills: two have the same key"),
        ('key = "skills"', 'key = "other"', "other must be the last"),
        ('order = ["rights"', 'order = ["wrongs"', "wrongs is no domain of this profile"),
        ("plan = [", "plans = [", "sections.plans: no such role; did you mean plan"),
        ("{region}总工会", "总工会", "organisation: must hold {region}"),
        ("[sections]", "[sections", "is not TOML"),
    ],
)
def test_wrong_profile_is_refused_in_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The line names the file and the field."""
    assert old in UNION
    with pytest.raises(UsageError, match=said.replace("{", r"\{")) as caught:
        load_profiles(own(tmp_path, UNION.replace(old, new, 1)))
    assert caught.value.message.startswith("union.toml")
    assert "\n" not in caught.value.message


def test_folder_of_profiles_must_hold_some(tmp_path: Path) -> None:
    """An empty or missing folder is a mistake, and so are two files of one kind and bytes that are no UTF-8."""
    with pytest.raises(UsageError, match="holds no profile"):
        load_profiles(tmp_path)
    with pytest.raises(UsageError, match="cannot read the profiles in"):
        load_profiles(tmp_path / "none")
    own(own(tmp_path), name="zz.toml")
    with pytest.raises(UsageError, match=r"zz.toml: kind: city_union is also that of union.toml"):
        load_profiles(tmp_path)
    (tmp_path / "zz.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"zz.toml is not UTF-8: save it as UTF-8"):
        load_profiles(tmp_path)


def test_one_profile_is_the_default(tmp_path: Path) -> None:
    """A second one that says so is refused; the shipped default gives way to the user's, even when it is replaced."""
    chosen = UNION.replace("[sections]", "default = true\n[sections]")
    replaced = read_profile_source(select_shipped_profile(_DEFAULT)).replace("default = true\n", "")
    own(own(tmp_path, chosen), replaced, "zz.toml")
    assert load_profiles(tmp_path).default.kind == "city_union"
    own(tmp_path, chosen.replace("city_union", "town_union"), "second.toml")
    with pytest.raises(UsageError, match=r"union.toml: default: second.toml says default = true as well"):
        load_profiles(tmp_path)


def test_full_width_and_traditional_words_are_folded(tmp_path: Path) -> None:
    """Nothing is said of them."""
    profile = load_profiles(own(tmp_path, UNION.replace("总工会", "總工會"))).select("city_union")
    assert (profile.recognise[0], profile.body, profile.form_organisation("青山市")) == (
        "总工会",
        ("总工会",),
        "青山市总工会",
    )


def test_no_folder_means_the_shipped_ones() -> None:
    """The same value."""
    assert load_profiles() == ProfileSet(load_shipped_profiles().all)


def test_domain_title() -> None:
    """A key has its Chinese title; an unknown one stands for itself."""
    profile = select_shipped_profile(_DEFAULT)
    assert profile.find_domain_title("proposals") == "提案工作"
    assert profile.find_domain_title("elsewhere") == "elsewhere"
