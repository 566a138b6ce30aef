"""The digest that the Python library returns: a `Digest` with walks over it, tables, and a view for Jupyter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, Self, get_args

from pydantic import PrivateAttr

from huimou.errors import UsageError
from huimou.model.digest import Achievement, Digest, Figure, SentenceOut, Shortcoming, Task
from huimou.outputs.render.to_markdown import to_short_markdown
from huimou.outputs.tables.layout import ITEM_KINDS, ExportTable, build_figures_columns, build_items_columns
from huimou.outputs.tables.rows import TableRow, build_rows

if TYPE_CHECKING:
    from pandas import DataFrame

Item = Achievement | Shortcoming | Task
TableName = Literal["items", "achievements", "shortcomings", "tasks", "figures", "sentences"]
_KINDS = {"achievements": "achievement", "shortcomings": "shortcoming", "tasks": "task"}
_USERS_ID = "id"  # of a manifest, which a single digest has not
_SENTENCE_COLUMNS = ("report", "n", "start_char", "end_char", "disposition", "items", "rule", "text")


class ReportDigest(Digest):
    """A digest of one report; its fields are those of `OUT/<stem>.json`, see `huimou schema`.

    >>> import huimou
    >>> digest = huimou.digest_report("seeds/xianning-2022.txt", recordings="fixtures/recordings")
    >>> digest.report.organisation
    '政协咸宁市委员会'
    >>> task = digest.next_year_plan.tasks[0]
    >>> task.evidence[0].quote == digest.text[task.evidence[0].start : task.evidence[0].end]
    True
    """

    _text: str | None = PrivateAttr(None)

    @classmethod
    def of(cls, digest: Digest, text: str | None = None) -> Self:
        """The same digest, with the report's text where it is at hand."""
        made = cls.model_construct(**dict(digest))
        made._text = text  # noqa: SLF001 (its own)
        return made

    def __eq__(self, other: object) -> bool:
        """Whether it is the same digest, of whatever class; the text at hand does not count."""
        return isinstance(other, Digest) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def text(self) -> str | None:
        """The report's text, which all offsets refer to; None where only the digest was loaded."""
        return self._text

    def items(self) -> tuple[Item, ...]:
        """Achievements, shortcomings, then tasks, each in the order of the report's domains.

        >>> import huimou
        >>> digest = huimou.digest_report("seeds/suizhou-2023.txt", recordings="fixtures/recordings")
        >>> [item.id for item in digest.items()][:3]
        ['A1', 'A2', 'A3']
        """
        review = self.year_review
        return (*review.achievements, *review.shortcomings, *self.next_year_plan.tasks)

    def figures_of(self, item: Item) -> tuple[Figure, ...]:
        """The quantities that an item states, from the ledger of figures; a shortcoming has none.

        >>> import huimou
        >>> digest = huimou.digest_report("seeds/suizhou-2023.txt", recordings="fixtures/recordings")
        >>> item = next(item for item in digest.items() if digest.figures_of(item))
        >>> all(figure.quote in digest.evidence_text(item) for figure in digest.figures_of(item))
        True
        """
        named = getattr(item, "figures", ())
        by_id = {figure.id: figure for figure in self.figures}
        return tuple(by_id[one] for one in named)

    def evidence_text(self, item: Item) -> str:
        """The sentences of the report that an item rests on, to the character, a line end between them."""
        return "\n".join(evidence.quote for evidence in item.evidence)

    def rows(self, table: TableName = "items") -> list[TableRow]:
        """A table as a list of dictionaries, one a row; lists within a row stay lists.

        Args:
            table: `items` (achievements, shortcomings and tasks together), one of these three, `figures` or
                `sentences`.

        Raises:
            UsageError: there is no such table.

        >>> import huimou
        >>> digest = huimou.digest_report("seeds/suizhou-2023.txt", recordings="fixtures/recordings")
        >>> row = digest.rows("figures")[0]
        >>> row["figure"], row["start_char"] < row["end_char"]
        ('F1', True)
        >>> sum(row["disposition"] == "cited" for row in digest.rows("sentences")) == digest.coverage.cited
        True
        """
        return self._build_table(table)[1]

    def to_frame(self, table: TableName = "items") -> DataFrame:
        """A table as a pandas DataFrame; arguments are those of `rows`.

        Raises:
            UsageError: there is no such table, or pandas is not installed.

        """
        try:
            import pandas as pd  # noqa: PLC0415 (not required)
        except ImportError as error:
            raise UsageError("pandas is not installed", "pip install pandas, or use rows()") from error
        columns, rows = self._build_table(table)
        return pd.DataFrame(rows, columns=list(columns))

    def _build_table(self, table: TableName) -> tuple[Sequence[str], list[TableRow]]:
        name = PurePath(self.source.file).stem
        if table == "sentences":
            return _SENTENCE_COLUMNS, [self._build_sentence_row(name, one) for one in self.sentences]
        if table == "figures":
            layout = ExportTable("figures", build_figures_columns())
        elif table == "items":
            layout = ExportTable("items", build_items_columns())
        elif table in _KINDS:
            layout = ExportTable("items", build_items_columns([ITEM_KINDS[_KINDS[table]][1]]))
        else:
            raise UsageError(f"no such table: {table}", f"known are: {', '.join(get_args(TableName))}")
        columns = tuple(column.name for column in layout.columns if column.name != _USERS_ID)
        rows = build_rows(name, self, None, [layout])[layout.name]
        kind = _KINDS.get(table)
        return columns, [{one: row[one] for one in columns} for row in rows if kind is None or row["kind"] == kind]

    def _build_sentence_row(self, name: str, sentence: SentenceOut) -> TableRow:
        text = None if self._text is None else self._text[sentence.start : sentence.end]
        place = {"n": sentence.n, "start_char": sentence.start, "end_char": sentence.end}
        rest = sentence.model_dump(exclude={"n", "boxes", "start", "end"})
        return {"report": name, **place, **rest, "text": text}

    def _repr_markdown_(self) -> str:
        """What Jupyter shows: years, review, plan, what to check; all that comes from the report is made inert."""
        return to_short_markdown(self, self._text)
