"""Questions about `odd` and `broken`, where engines differ: each asks in its own words for what
docs/report.md and docs/filter.md promise.

In Spark's and DuckDB's SQL a field is a VARIANT or JSON, null where it has no value; kind(), num(),
whole(), txt(), truth() and same() are defined for both in engines.py and spark_job.py. In SQLite
truths are 1 and 0, and arrays and objects are texts: what needs their kind asks json_type().
"""

import math

from support.matrix import data
from support.matrix.query import Query

# Our order of types: truths, numbers, texts, arrays and objects by their text. Spark sorts by no
# function of SQL's, so the inner query has them as columns.
_ORDERED = """
  select id, v from (
    select id, v, num(id) as number, truth(v) as truths, num(v) as numbers, txt(v) as words,
      case when kind(v) in ('array', 'object') then {text} end as trees,
      case kind(v) when 'boolean' then 1 when 'number' then 2 when 'string' then 3
        when 'array' then 4 when 'object' then 4 end as place
    from events) as e
  order by place nulls first, truths, numbers, words, trees, number"""
_ORDER_SQLITE = ("case json_type(json, '$.v') when 'true' then 1 when 'false' then 1"
                 " when 'integer' then 2 when 'real' then 2 when 'text' then 3"
                 " when 'array' then 4 when 'object' then 4 end nulls first, v,")

_SELECT = (
    Query("odd-count", ("--agg", "count"), "select count(*) from events"),
    Query("mixed", ("--select", "id,v"), "select id, v from events"),
    Query("big-numbers", ("--select", "id,big"), "select id, big from events"),
    Query("texts", ("--select", "id,text"), 'select id, "text" from events'),
    Query("arrays", ("--select", "id,arr,deep"), "select id, arr, deep from events"),
    Query("odd-names", ("--select", r'id,"with space","a.b","it' + "'" + r's","say \"hi\"",select'),
          'select id, "with space", "a.b", "it\'s", "say ""hi""", "select" from events',
          spark='select id, "with space", "a.b", "it\'s", `say "hi"`, "select" from events'),
    Query("odd-names-2", ("--select", 'id,名前,"tab\there","$x","a/b","a~b"'),
          'select id, "名前", "tab\there", "$x", "a/b", "a~b" from events'),
    Query("names-in-two-cases", ("--select", "id,Case,case"),
          duckdb="select id, event -> 'Case', event -> 'case' from events",
          spark="select id, variant_get(event, '$.Case'), \"case\" from events",
          sqlite='select id, "Case", case_2 from events'),
    Query("deep", ("--select", 'id,deep.a.b.c,deep.a.b,deep."x.y"."z w"'),
          duckdb="select id, event -> '$.deep.a.b.c', event -> '$.deep.a.b',"
                 " event -> '$.deep.\"x.y\".\"z w\"' from events",
          spark="select id, try_variant_get(event, '$.deep.a.b.c'),"
                " try_variant_get(event, '$.deep.a.b'),"
                " try_variant_get(event, '$.deep[\"x.y\"][\"z w\"]') from events",
          sqlite="select id, json ->> '$.deep.a.b.c', json ->> '$.deep.a.b',"
                 " json ->> '$.deep.\"x.y\".\"z w\"' from events"),
    Query("order-mixed", ("--select", "id,v", "--order-by", "v,id"),
          duckdb=_ORDERED.format(text="cast(v as varchar)"),
          spark=_ORDERED.format(text="to_json(v)"),
          sqlite=f"select id, v from events order by {_ORDER_SQLITE} id", ordered=True),
    Query("order-big", ("--select", "big,id", "--order-by", "big:desc,id"),
          "select big, id from (select big, id, num(big) as a, whole(big) as b, num(id) as c"
          " from events) as e order by a desc nulls last, b desc nulls first, c",
          sqlite="select big, id from events order by big desc nulls last, id", ordered=True),
    Query("order-texts", ("--select", "text,id", "--order-by", "text,id:desc"),
          'select "text", id from (select "text", id, txt("text") as a, num(id) as b from events)'
          " as e order by a nulls first, b desc",
          sqlite='select "text", id from events order by "text" nulls first, id desc',
          ordered=True),
    Query("odd-take", ("--select", "id,text", "--where", "text != null", "--take", "60"),
          'select id, "text" from events where kind("text") is not null'
          ' order by "partition", "offset" limit 60',
          sqlite='select id, "text" from events where "text" is not null'
                 ' order by "partition", "offset" limit 60', ordered=True),
)

_WHERE = tuple(
    Query(f"odd-where-{name}", ("--select", "id,v,big", "--where", where),
          f"select id, v, big from events where {sql}",
          sqlite=f"select id, v, big from events where {sqlite}")
    for name, where, sql, sqlite in (
        ("number", "v = 5", "num(v) = 5",
         "json_type(json, '$.v') in ('integer', 'real') and v = 5"),
        ("not-number", "v != 5", "num(v) <> 5",
         "json_type(json, '$.v') in ('integer', 'real') and v <> 5"),
        ("not", "not v = 5", "num(v) is null or num(v) <> 5",
         "json_type(json, '$.v') is null or json_type(json, '$.v') not in ('integer', 'real')"
         " or v <> 5"),
        ("text", "v = '5'", "txt(v) = '5'", "json_type(json, '$.v') = 'text' and v = '5'"),
        ("text-order", "v > '5'", "txt(v) > '5'", "json_type(json, '$.v') = 'text' and v > '5'"),
        ("truth", "v = true", "truth(v)", "json_type(json, '$.v') = 'true'"),
        ("in", "v in (5, '5', true, 5.5)",
         "num(v) in (5, 5.5) or txt(v) = '5' or truth(v)",
         "json_type(json, '$.v') = 'true' or v in (5.5, '5', 5)"
         " and json_type(json, '$.v') in ('integer', 'real', 'text')"),
        ("less", "v < 1", "num(v) < 1", "json_type(json, '$.v') in ('integer', 'real') and v < 1"),
        ("exact-long", "big = 9007199254740993", "whole(big) = 9007199254740993",
         "big = 9007199254740993"),
        ("exact-double", "big = 9007199254740992.0", "whole(big) = 9007199254740992",
         "big = 9007199254740992.0"),
        ("greater-exact", "big > 9007199254740992",
         "whole(big) > 9007199254740992 or num(big) > 9007199254740994", "big > 9007199254740992"),
        ("longest", "big >= 9223372036854775807",
         "whole(big) = 9223372036854775807 or num(big) > 9223372036854775808"
         " or num(big) = 9223372036854775808 and whole(big) is null", "big >= 9223372036854775807"),
        ("tiny", "big > 0 and big < 1e-300", "num(big) > 0 and num(big) < 1e-300",
         "big > 0 and big < 1e-300"),
        ("composed", "text = 'é'", "txt(\"text\") = 'é'", "\"text\" = 'é'"),
        ("text-range", "text >= 'a' and text < 'é'",
         "txt(\"text\") >= 'a' and txt(\"text\") < 'é'", "\"text\" >= 'a' and \"text\" < 'é'"),
        ("odd-name", "\"a.b\" = 1 and \"it's\" >= 1", "num(\"a.b\") = 1 and num(\"it's\") >= 1",
         "\"a.b\" = 1 and \"it's\" >= 1"),
    )
) + (
    Query("odd-where-deep", ("--select", "id", "--where", "deep.a.b = 5"),
          duckdb="select id from events where num(json_extract(event, '$.deep.a.b')) = 5",
          spark="select id from events where num(try_variant_get(event, '$.deep.a.b')) = 5",
          sqlite="select id from events where json_extract(json, '$.deep.a.b') = 5"),
    Query("odd-where-null", ("--select", "id", "--where", "v = null"),
          duckdb="select id from events where json_type(event, '$.v') = 'NULL'",
          spark="select id from events where is_variant_null(variant_get(event, '$.v'))",
          sqlite="select id from events where json_type(json, '$.v') = 'null'"),
    Query("odd-where-exists", ("--select", "id", "--where", "exists(v) and not exists(deep.a)"),
          duckdb="select id from events where json_exists(event, '$.v')"
                 " and not json_exists(event, '$.deep.a')",
          spark="select id from events where variant_get(event, '$.v') is not null"
                " and try_variant_get(event, '$.deep.a') is null",
          sqlite="select id from events where json_type(json, '$.v') is not null"
                 " and json_type(json, '$.deep.a') is null"),
    Query("odd-where-matches", ("--select", "id", "--where", r"text ~ '^[^\x00-\x7f]+$'"),
          duckdb="select id from events where regexp_matches(txt(\"text\"), '^[^\\x00-\\x7f]+$')",
          spark=r"select id from events where txt(text) rlike r'^[^\x00-\x7f]+$'",
          sqlite='select id from events where "text" <> \'\''
                 " and \"text\" not glob ('*[' || char(1) || '-' || char(127) || ']*')"
                 " and instr(\"text\", char(0)) = 0"),
)

_GROUPS = (
    Query("group-mixed", ("--group-by", "v", "--agg", "count,min(id)"),
          "select any_value(v), count(*), min(whole(id)) from events group by same(v)",
          sqlite="select v, count(*), min(id) from events group by v, case when"
                 " json_type(json, '$.v') in ('true', 'false') then 1 end"),
    Query("group-big", ("--group-by", "big"),
          # Groups are exact, and then shown as the doubles that a column with a double in it has.
          "select num(any_value(big)), count(*) from events group by same(big)",
          sqlite="select cast(big as real), count(*) from events group by big"),
    Query("group-texts", ("--group-by", "text", "--order-by", "text"),
          'select txt("text"), count(*) from events group by 1 order by 1 nulls first',
          sqlite='select "text", count(*) from events group by 1 order by 1 nulls first',
          ordered=True),
    Query("group-odd-names", ("--group-by", '"a.b","$x"', "--agg", 'count,sum("say \\"hi\\"")'),
          'select num("a.b"), num("$x"), count(*), sum(num("say ""hi""")) from events'
          " group by 1, 2",
          spark='select num("a.b"), num("$x"), count(*), sum(num(`say "hi"`)) from events'
                " group by 1, 2",
          sqlite='select "a.b", "$x", count(*), sum("say ""hi""") from events group by 1, 2'),
    Query("group-deep", ("--group-by", "deep.a.b.c"),
          duckdb="select any_value(event -> '$.deep.a.b.c'), count(*) from events"
                 " group by same(event -> '$.deep.a.b.c')",
          spark="select any_value(try_variant_get(event, '$.deep.a.b.c')), count(*) from events"
                " group by same(try_variant_get(event, '$.deep.a.b.c'))",
          sqlite="select json ->> '$.deep.a.b.c', count(*) from events group by 1"),
    Query("distinct-mixed", ("--agg", "distinct(v),distinct(big),distinct(text),count(v)"),
          "select count(distinct same(v)), count(distinct same(big)),"
          ' count(distinct txt("text")), count(kind(v)) from events',
          sqlite="select count(distinct case when json_type(json, '$.v') in ('true', 'false')"
                 " then json_type(json, '$.v') || '!' else v end), count(distinct big),"
                 ' count(distinct "text"), count(v) from events'),
    Query("aggregates-mixed", ("--agg", "count(v),sum(v),avg(v),p50(v)"),
          duckdb="select count(kind(v)), sum(num(v)), avg(num(v)), median(num(v)) from events",
          spark="select count(kind(v)), sum(num(v)), avg(num(v)), percentile(num(v), 0.5)"
                " from events",
          sqlite="""
            with numbers as (select v, row_number() over (order by v) - 1 as place,
                count(*) over () - 1 as last
              from events where json_type(json, '$.v') in ('integer', 'real'))
            select (select count(v) from events), sum(v), avg(v),
              avg(v) filter (where place in (last / 2, (last + 1) / 2)) from numbers""",
          approximate=(1, 2)),
    Query("extremes-of-big", ("--agg", "min(big),max(big)", "--where", "big < 1e300"),
          "select min(num(big)), max(num(big)) from events where num(big) < 1e300",
          sqlite="select min(big), max(big) from events where big < 1e300"),
    Query("extremes-of-longs", ("--agg", "min(big),max(big)", "--where",
                                "big > 9007199254740991 and big < 9223372036854775808"),
          "select min(whole(big)), max(whole(big)) from events where whole(big) > 9007199254740991",
          sqlite="select min(big), max(big) from events"
                 " where big > 9007199254740991 and typeof(big) = 'integer'"),
    Query("extremes-of-odd-texts", ("--agg", "min(text),max(text)", "--where", "text > ''"),
          'select min(txt("text")), max(txt("text")) from events where txt("text") > \'\'',
          sqlite='select min("text"), max("text") from events where "text" > \'\''),
    # On its way, this sum passes what a long holds, and comes back.
    Query("steep-sum", ("--agg", "sum(steep),count(steep)"),
          duckdb="select cast(sum(whole(steep)) as bigint), count(steep) from events",
          spark="select cast(sum(cast(whole(steep) as decimal(38))) as bigint), count(steep)"
                " from events",
          sqlite="select sum(steep / 1000000) * 1000000 + sum(steep % 1000000), count(steep)"
                 " from events"),
    Query("overflow", ("--agg", "sum(huge)"),
          duckdb="select cast(sum(whole(huge)) as bigint) from events",
          spark="select sum(whole(huge)) from events",
          sqlite="select sum(huge) from events"),
    Query("average-beyond-longs", ("--agg", "avg(huge)"),
          duckdb="select avg(whole(huge)) from events",
          spark="select avg(whole(huge)) from events",
          sqlite="select avg(huge) from events", approximate=(0,)),
    Query("sum-of-doubles", ("--agg", "sum(cents),avg(cents)", "--group-by", "case"),
          'select num("case"), sum(num(cents)), avg(num(cents)) from events group by 1',
          sqlite="select case_2, sum(cents), avg(cents) from events group by 1",
          approximate=(1, 2)),
)

_TIMES = (
    Query("bucket-odd-times", ("--bucket", "1m", "--bucket-by", "when"),
          duckdb="""
            select time_bucket(interval 1 minute, coalesce(epoch_ms(whole("when")),
              try_cast(try_cast(txt("when") as timestamptz) as timestamp))), count(*)
            from events group by 1""",
          spark="""
            select date_trunc('minute', coalesce(timestamp_millis(whole("when")),
              try_cast(txt("when") as timestamp))), count(*)
            from events group by 1""",
          sqlite="""
            select case typeof("when")
              when 'text' then strftime('%Y-%m-%dT%H:%M:00.000Z', "when")
              when 'integer' then case when json_type(json, '$.when') = 'integer' then
                strftime('%Y-%m-%dT%H:%M:00.000Z', floor("when" / 60000.0) * 60, 'unixepoch') end
              end, count(*)
            from events group by 1"""),
    Query("odd-times", ("--from", "@2025-03-01T10:30Z", "--to", "@2025-03-01T10:45Z", "--select",
                        "id"),
          "select id from events where \"timestamp\" >= timestamp '2025-03-01 10:30:00'"
          " and \"timestamp\" < timestamp '2025-03-01 10:45:00'",
          sqlite="select id from events where \"timestamp\" >= '2025-03-01T10:30:00.000Z'"
                 " and \"timestamp\" < '2025-03-01T10:45:00.000Z'"),
    Query("odd-offsets", ("-o", "1000:1100", "--agg", "count,min(id),max(id)"),
          'select count(*), min(num(id)), max(num(id)) from events'
          ' where "offset" >= 1000 and "offset" < 1100',
          sqlite='select count(*), min(id), max(id) from events'
                 ' where "offset" >= 1000 and "offset" < 1100'),
)

ODD = (*_SELECT, *_WHERE, *_GROUPS, *_TIMES)


def _nested(depth: int, wrap, innermost):
    for _ in range(depth):
        innermost = wrap(innermost)
    return innermost


def _broken(ids: dict) -> list[tuple]:
    return [(ids[offset],) for offset in sorted(ids)]


# What is an event, by RFC 8259 and to our depth: {offset: its id}. JSON has no word for the
# infinity that 1e999 is, and the last of repeated names counts.
_RIGHT = {0: 1, 1: 1, 2: None, 3: None, 4: "\0", 11: None, 13: "\N{GRINNING FACE}", 22: 0, 28: 2,
          32: _nested(data.DEEPEST - 1, lambda value: {"id": value}, 1),
          34: _nested(data.DEEPEST - 2, lambda value: [value], [])}
_DEEPER = {33: _nested(data.DEEPEST, lambda value: {"id": value}, 1), 11: math.inf}

BROKEN = (
    Query("what-is-an-event", ("--select", "id"), 'select id from events order by "offset"',
          ordered=True, answer=_broken(_RIGHT), differs={
              # Takes a comma before a closing bracket, NaN and Infinity; the first of equal names.
              "duckdb": _broken(_RIGHT | _DEEPER |
                                {7: 1, 8: [1], 9: math.nan, 10: math.inf, 28: 1}),
              # Stops reading after the object, and makes half of a surrogate pair a "?".
              "spark": _broken(_RIGHT | _DEEPER | {5: 1, 6: 1, 12: "?", 24: 1, 36: 1})}),
)
