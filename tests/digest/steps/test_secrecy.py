"""Marks of secrecy and internal use, and reports that bear them."""

from __future__ import annotations

import pytest

from huimou.digest.choices import DigestChoices
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.steps.secrecy import find_secrecy_mark
from huimou.errors import InputError
from huimou.model.events import ignore_event
from huimou.model.report import Document, Layout, PlacedLine
from silent_client import SilentClient

TITLE = "政协青松市委员会常务委员会工作报告"
BODY = "\n\n一、2023年工作回顾\n\n召开协商会议12次，办理提案325件。\n" * 12
MARKED = {
    "of the standard": f"000012\n机密★1年\n特急\n\n{TITLE}{BODY}",
    "with the number before it": f"000012  绝密★启用前\n{TITLE}{BODY}",
    "of traditional writing": f"機密★長期\n{TITLE}{BODY}",
    "with a star in the middle of the text": f"{TITLE}{BODY}附件\n秘密★2年\n{BODY}",
    "a word alone": f"秘 密\n{TITLE}{BODY}",
    "a word in brackets": f"【机密】\n{TITLE}{BODY}",
    "by its name": f"密级：秘密\n{TITLE}{BODY}",
    "internal": f"内部资料　注意保存\n\n{TITLE}{BODY}",
    "internal, in brackets": f"【内部文件，请勿外传】\n{TITLE}{BODY}",
    "internal, numbered": f"内部资料 第12份\n{TITLE}{BODY}",
    "behind the title": f"{TITLE}（内部资料，注意保存）{BODY}",
    "to be given back": f"{TITLE}\n（会后收回）{BODY}",
    "at the end": f"{TITLE}{BODY}\n（内部资料，不得外传）\n",
}
UNMARKED = {
    "plain": f"{TITLE}{BODY}",
    "words on secrets": f"{TITLE}\n严格保守国家秘密、商业秘密，加强机密文件管理。\n保密工作\n{BODY}",
    "a heading on secrets": f"{TITLE}\n保守国家秘密\n{BODY}",
    "internal work": f"{TITLE}\n加强内部管理\n内部审计\n完善内部控制，内部资料管理，注意保存档案。\n{BODY}",
    "internal words in the middle": f"{TITLE}{BODY}内部资料\n{BODY}",
    "stars": f"{TITLE}\n创建五星★★★★★级支部12个。\n{BODY}",
}


def _make_document(text: str, margins: tuple[str, ...] = (), layout: Layout | None = None) -> Document:
    return Document("r.txt", "r", text, "", "utf-8", "text", margins=margins, layout=layout)


@pytest.mark.parametrize("name", MARKED)
def test_marks_are_found(name: str) -> None:
    """Wherever an office prints one, in whatever writing."""
    assert find_secrecy_mark(_make_document(MARKED[name])) is not None


@pytest.mark.parametrize("name", UNMARKED)
def test_words_on_secrets_are_no_marks(name: str) -> None:
    """A report may speak of secrets, of internal work and of stars."""
    assert find_secrecy_mark(_make_document(UNMARKED[name])) is None


def test_marks_beside_the_text() -> None:
    """A header that reading leaves out counts, and a running head that it keeps."""
    plain = UNMARKED["plain"]
    assert find_secrecy_mark(_make_document(plain, margins=("第 1 页", "内部资料 注意保存"))) is not None
    text = f"{plain}内部资料\n{plain}"
    at = text.index("内部资料")
    head = PlacedLine(at, at + 4, 2, (0.0, 0.0, 40.0, 10.0), (0.0, 10.0, 20.0, 30.0, 40.0), False, "running_head")  # noqa: FBT003
    assert find_secrecy_mark(_make_document(text, layout=Layout((head,)))) is not None
    assert find_secrecy_mark(_make_document(text)) is None


class _RemoteClient(SilentClient):
    """Would ask a server on another machine."""

    def __init__(self) -> None:
        super().__init__()
        self.destinations = ("http://far.example:8000/v1",)


def test_a_marked_report_stays_on_this_machine() -> None:
    """It is refused before anything is asked, in one line that names the mark and the server; leave may be given."""
    prompts, document = load_checked_prompts(None), _make_document(MARKED["of the standard"])
    with _RemoteClient() as far, SilentClient() as near:
        with pytest.raises(InputError, match=r"r\.txt is marked “机密★1年” .*far\.example.*--allow-marked") as caught:
            digest_report(document, far, prompts, ignore_event)
        assert "\n" not in str(caught.value)
        digest = digest_report(document, near, prompts, ignore_event)
        (mark,) = (problem for problem in digest.problems if problem.code == "secrecy_mark")
        assert mark.start is not None
        assert document.text[mark.start : mark.end] == "机密★1年"
        assert digest_report(document, far, prompts, ignore_event, DigestChoices(allows_marked=True)).figures
        assert digest_report(_make_document(UNMARKED["plain"]), far, prompts, ignore_event).figures
