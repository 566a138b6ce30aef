"""Chinese names of the codes of checks and problems."""

from __future__ import annotations

from types import MappingProxyType

CODES = MappingProxyType(
    {
        "boilerplate": "版式残留",
        "broken_line": "断句",
        "claim_rejected": "概括未过核对",
        "company_figure": "企业的数字",
        "damaged": "原文有损",
        "deed_in_plan": "计划中的已做之事",
        "doubled_punctuation": "标点重叠",
        "escape_residue": "转义符残留",
        "figures_disagree": "前后数字不同",
        "future_in_review": "回顾中的将来语气",
        "government_figure": "政府的数字",
        "hard_wrapped": "硬换行",
        "hardly_shorter": "概括近于照录",
        "hidden_character": "隐藏字符",
        "html_residue": "网页残留",
        "interleaved_columns": "分栏交错",
        "little_left": "概括过短",
        "lost_byte": "疑似缺字",
        "lost_character": "缺字",
        "many_figures": "数字较多",
        "merged_overview": "总述合并多项",
        "mojibake": "乱码",
        "no_domain": "未归领域",
        "no_items": "无条目",
        "no_plan": "无计划部分",
        "no_subject": "缺主语",
        "not_a_report": "不像工作报告",
        "not_own_words": "引述他人",
        "other_year": "其他年份",
        "others_figure": "他人的数字",
        "others_results": "他人的成果",
        "page_number": "页码",
        "part_over_whole": "部分大于总数",
        "past_in_plan": "计划中的过去语气",
        "pasted_overview": "总述由条目拼成",
        "persons_or_visits": "人与人次",
        "pinyin": "拼音",
        "read_as_latin1": "编码误读",
        "reasked": "重问所得",
        "replacement_character": "替换字符",
        "running_head": "书眉页脚",
        "share_over_100": "比率超过百分之百",
        "spaced_text": "字间空白",
        "task_in_review": "回顾中的任务",
        "text_damage": "条目外有乱码",
        "text_spoilt": "乱码较多",
        "translation": "外文对照",
        "unanswered": "未得到回答",
        "uncited_figure": "数字未入条目",
        "uncovered_figure": "未说明句中的数字",
        "unknown_body": "机构不明",
        "utf8_read_as_gbk": "编码误读",
        "vague_figure": "不定数",
        "watermark": "水印广告",
        "year_absent": "年份未载明",
        "year_conflict": "年份不相连",
        "year_dropped": "概括漏写年份",
        "year_inferred": "年份为推断",
    }
)


def translate_code(code: str) -> str:
    """Chinese name of a code; one that is not known (of a newer digest) keeps its own."""
    return CODES.get(code, code)
