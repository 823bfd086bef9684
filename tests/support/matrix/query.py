"""What a row of the matrix is."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Query:
    """One question, in the words of each engine. `sql` is for all three SQL engines unless one has
    its own text: SQLite's is what `report --sql` gets. Identifiers are in double quotes everywhere.
    """
    name: str
    report: tuple[str, ...]  # report's flags, without source, topic and format
    sql: str | None = None
    duckdb: str | None = None
    spark: str | None = None
    sqlite: str | None = None
    ordered: bool = False  # the question fixes the order of all rows
    columns: tuple[int, ...] = ()  # which of report's columns are compared, when not all
    approximate: tuple[int, ...] = ()  # columns that are sums or averages of doubles
    answer: list | None = None  # what is right, where DuckDB is not; it is then asked, too
    # {engine: its other answer (rows, or Failed)}, where an engine differs by its nature; each with
    # the reason beside it, and the same in docs/report.md when the engine is ours.
    differs: dict = dataclasses.field(default_factory=dict)

    def text_for(self, dialect: str) -> str:
        """The SQL for "duckdb", "spark" or "sqlite"."""
        text = getattr(self, dialect) or self.sql
        assert text is not None, f"{self.name} has no SQL for {dialect}"
        return text
