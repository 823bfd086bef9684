"""Questions about `sales`: every flag of `report` over fields of one type each."""

from support.matrix.query import Query

_BY_COUNT = "order by count(*) desc"

# Rows and fields.
_SELECT = (
    Query("select", ("--select", "n,event_type,user"),
          "select n, event_type, \"user\" from events"),
    Query("select-quoted", ("--select", 'n,"remote ip"', "--where", "level < 3"),
          'select n, "remote ip" from events where level < 3'),
    Query("select-nested", ("--select", 'n,cart.total,cart."item name",cart.owner.rank'),
          'select n, cart.total, cart."item name", cart.owner.rank from events',
          sqlite="select n, cart->>'total', cart->>'item name', cart->>'$.owner.rank' from events"),
    Query("select-structs", ("--select", "n,cart.owner,tags", "--where", "exists(cart)"),
          "select n, cart.owner, tags from events where cart is not null",
          sqlite="select n, cart->'owner', tags from events where cart is not null"),
    Query("select-all", ("--select", "*", "--where", "n < 500"),
          'select event_type, "user", n, "remote ip", item, price, quantity, level, score, guild,'
          ' cart, tags, received_at, sent_ms, gift from events where n < 500'),
    Query("order-one", ("--select", "n,price", "--order-by", "n:desc", "--limit", "50"),
          "select n, price from events order by n desc limit 50", ordered=True),
    Query("order-many", ("--select", "guild,price,n", "--order-by", "guild,price:desc,n",
                         "--limit", "6000"),
          "select guild, price, n from events"
          " order by guild nulls first, price desc nulls last, n limit 6000", ordered=True),
    Query("order-nulls-last", ("--select", "item,n", "--order-by", "item:desc,n:desc",
                               "--where", "level = 7"),
          "select item, n from events where level = 7 order by item desc nulls last, n desc",
          ordered=True),
    Query("order-truths", ("--select", "gift,n", "--order-by", "gift:desc,n", "--where", "n < 90"),
          "select gift, n from events where n < 90 order by gift desc nulls last, n", ordered=True),
    Query("order-nested", ("--select", "n,cart.owner.rank", "--order-by",
                           "cart.owner.rank:desc,n", "--limit", "100"),
          "select n, cart.owner.rank from events"
          " order by cart.owner.rank desc nulls last, n limit 100",
          sqlite="select n, cart->>'$.owner.rank' as \"rank\" from events"
                 ' order by "rank" desc nulls last, n limit 100', ordered=True),
    Query("take", ("--select", "n,event_type", "--take", "7"),
          'select n, event_type from events order by "partition", "offset" limit 7', ordered=True),
    Query("take-ordered", ("--select", "user,score", "--order-by", "score:desc", "--take", "5"),
          'select "user", score from events order by score desc limit 5', ordered=True),
)

# Which events: each operator of the filter language on the kinds that it knows.
_COUNT = ("--agg", "count")
_WHERE = tuple(
    Query(f"where-{name}", (*_COUNT, "--where", where), f"select count(*) from events where {sql}",
          **other)
    for name, where, sql, other in (
        ("equal-text", "event_type = purchase_sword", "event_type = 'purchase_sword'", {}),
        ("not-equal-text", "guild != masadons", "guild <> 'masadons'", {}),
        ("not", "not guild = masadons", "guild is null or guild <> 'masadons'", {}),
        ("unicode", "guild = Ørn or guild = '勇者'", "guild in ('Ørn', '勇者')", {}),
        ("less", "price < 99.99", "price < 99.99", {}),
        ("between", "price >= 100 and price <= 200.5", "price >= 100 and price <= 200.5", {}),
        ("greater-long", "score > 1099511627776", "score > 1099511627776", {}),
        ("less-text", "user < 'user2'", '"user" < \'user2\'', {}),
        ("truth", "gift = true", "gift = true", {}),
        ("not-truth", "gift != true", "gift <> true", {}),
        ("null", "guild = null", "json_type(event, '$.guild') = 'NULL'",
         {"spark": "select count(*) from events"
                   " where is_variant_null(variant_get(event, '$.guild'))",
          "sqlite": "select count(*) from events where json_type(json, '$.guild') = 'null'"}),
        ("not-null", "guild != null", "guild is not null", {}),
        ("in", "level in (1, 2, 3.0, 59, 77)", "level in (1, 2, 3, 59, 77)", {}),
        ("in-texts", "item in (sword, 'größtes Schwert')", "item in ('sword', 'größtes Schwert')",
         {}),
        ("nested", 'cart.owner.rank > 1 and cart."item name" = bow',
         'cart.owner.rank > 1 and cart."item name" = \'bow\'',
         {"sqlite": "select count(*) from events"
                    " where cart->>'$.owner.rank' > 1 and cart->>'item name' = 'bow'"}),
        ("and-or-not", "(event_type = log_in or level >= 50) and not (gift = true or price < 50)",
         "(event_type = 'log_in' or level >= 50)"
         " and not (coalesce(gift, false) or coalesce(price, 50) < 50)", {}),
        ("matches", "event_type ~ '^purchase_(s|a)'", "regexp_matches(event_type,"
         " '^purchase_(s|a)')",
         {"spark": "select count(*) from events where event_type rlike '^purchase_(s|a)'",
          "sqlite": "select count(*) from events"
                    " where event_type glob 'purchase_s*' or event_type glob 'purchase_a*'"}),
        ("matches-case", "item ~ '(?i)SCHWERT$'", "regexp_matches(item, '(?i)SCHWERT$')",
         {"spark": "select count(*) from events where item rlike '(?i)SCHWERT$'",
          "sqlite": "select count(*) from events where item like '%schwert'"}),
    ))



# Groups, aggregates, time.
_AGGREGATES = "count,count(price),sum(quantity),min(price),max(price),distinct(user)"
_AGGREGATES_SQL = ('count(*), count(price), sum(quantity), min(price), max(price),'
                   ' count(distinct "user")')
_GROUPS = (
    Query("count", ("--agg", "count"), "select count(*) from events"),
    Query("group-one", ("--group-by", "event_type"),
          f"select event_type, count(*) from events group by 1 {_BY_COUNT}, 1 nulls first",
          ordered=True),
    Query("group-null", ("--group-by", "guild"),
          f"select guild, count(*) from events group by 1 {_BY_COUNT}, 1 nulls first",
          ordered=True),
    Query("group-truths", ("--group-by", "gift", "--order-by", "gift"),
          "select gift, count(*) from events group by gift order by gift nulls first",
          ordered=True),
    Query("group-two", ("--group-by", "event_type,guild", "--agg", _AGGREGATES),
          f"select event_type, guild, {_AGGREGATES_SQL} from events group by 1, 2"
          f" {_BY_COUNT}, 1 nulls first, 2 nulls first", ordered=True),
    Query("group-three", ("--group-by", "level,gift,guild", "--agg", "count,max(score)"),
          "select level, gift, guild, count(*), max(score) from events group by 1, 2, 3"),
    Query("group-nested", ("--group-by", 'cart.owner.name,cart."item name"'),
          'select cart.owner.name, cart."item name", count(*) from events'
          ' group by cart.owner.name, cart."item name"',
          sqlite="select cart->>'$.owner.name', cart->>'item name', count(*) from events"
                 " group by 1, 2"),
    Query("group-arrays", ("--group-by", "tags"),
          "select tags, count(*) from events group by tags"),
    Query("group-many", ("--group-by", "user,level", "--agg", "count,sum(price),avg(score)"),
          'select "user", level, count(*), sum(price), avg(score) from events group by 1, 2',
          approximate=(3, 4)),
    Query("group-filtered", ("--group-by", "user", "--where", "price > 250", "--agg",
                             "count,avg(price)", "--order-by", "count:desc,user", "--limit", "9"),
          'select "user", count(*), avg(price) from events where price > 250 group by "user"'
          ' order by 2 desc, "user" nulls first limit 9', ordered=True, approximate=(2,)),
    Query("order-by-aggregate", ("--group-by", "level", "--agg", "sum(quantity),min(price)",
                                 "--order-by", "sum(quantity):desc,level:desc"),
          "select level, sum(quantity), min(price) from events group by level"
          " order by 2 desc nulls last, level desc", ordered=True),
    Query("aggregates", ("--agg", f"{_AGGREGATES},sum(price),avg(price),avg(score)"),
          f"select {_AGGREGATES_SQL}, sum(price), avg(price), avg(score) from events",
          approximate=(6, 7, 8)),
    Query("sum-longs", ("--agg", "sum(score),sum(sent_ms),min(score),max(score)"),
          "select sum(score), sum(sent_ms), min(score), max(score) from events"),
    Query("extremes-of-texts", ("--group-by", "event_type", "--agg",
                                "min(guild),max(guild),min(user),max(received_at)"),
          'select event_type, min(guild), max(guild), min("user"), max(received_at) from events'
          " group by event_type"),
    Query("distinct", ("--group-by", "event_type", "--agg",
                       'distinct(user),distinct("remote ip"),distinct(cart."item name")'),
          'select event_type, count(distinct "user"), count(distinct "remote ip"),'
          ' count(distinct cart."item name") from events group by event_type',
          sqlite='select event_type, count(distinct "user"), count(distinct "remote ip"),'
                 " count(distinct cart->>'item name') from events group by event_type"),
    Query("percentiles", ("--group-by", "item", "--agg", "p50(price),p95(price),p99(price)"),
          duckdb="select item, quantile_cont(price, 0.50), quantile_cont(price, 0.95),"
                 " quantile_cont(price, 0.99) from events group by item",
          spark="select item, percentile(price, 0.50), percentile(price, 0.95),"
                " percentile(price, 0.99) from events group by item",
          sqlite="select item, median(price), percentile(price, 95), quantile(price, 0.99)"
                 " from events group by item",
          approximate=(1, 2, 3)),
    Query("percentile-of-longs", ("--agg", "p1(level),p50(level),p75(score)"),
          duckdb="select quantile_cont(level, 0.01), quantile_cont(level, 0.5),"
                 " quantile_cont(score, 0.75) from events",
          spark="select percentile(level, 0.01), percentile(level, 0.5), percentile(score, 0.75)"
                " from events",
          sqlite="select quantile(level, 0.01), quantile(level, 0.5), quantile(score, 0.75)"
                 " from events",
          approximate=(0, 1, 2)),
    Query("spread", ("--group-by", "item", "--agg", "median(price),p99.9(price),stddev(level)"),
          duckdb="select item, median(price), quantile_cont(price, 0.999), stddev(level)"
                 " from events group by item",
          spark="select item, percentile(price, 0.5), percentile(price, 0.999), stddev(level)"
                " from events group by item",
          sqlite="select item, median(price), quantile(price, 0.999), stddev(level)"
                 " from events group by item",
          approximate=(1, 2, 3)),
    Query("bucket-hours", ("--bucket", "1h"),
          "select date_trunc('hour', \"timestamp\"), count(*) from events group by 1 order by 1",
          ordered=True),
    Query("bucket-days-of-types", ("--bucket", "1d", "--group-by", "event_type", "--agg",
                                   "count,sum(quantity)"),
          "select date_trunc('day', \"timestamp\"), event_type, count(*), sum(quantity)"
          " from events group by 1, 2 order by 1, 2",
          sqlite="select strftime('%Y-%m-%dT00:00:00.000Z', \"timestamp\"), event_type, count(*),"
                 " sum(quantity) from events group by 1, 2 order by 1, 2", ordered=True),
    Query("bucket-by-text", ("--bucket", "15m", "--bucket-by", "received_at", "--agg",
                             "count,max(level)"),
          duckdb="select time_bucket(interval 15 minutes, cast(received_at as timestamp)),"
                 " count(*), max(level) from events group by 1 order by 1",
          spark="select timestamp_seconds(unix_timestamp(cast(received_at as timestamp)) div 900"
                " * 900), count(*), max(level) from events group by 1 order by 1",
          sqlite="select strftime('%Y-%m-%dT%H:%M:00.000Z', cast(strftime('%s', received_at) as"
                 " int) / 900 * 900, 'unixepoch'), count(*), max(level) from events group by 1"
                 " order by 1", ordered=True),
    Query("bucket-by-milliseconds", ("--bucket", "6h", "--bucket-by", "sent_ms", "--group-by",
                                     "gift"),
          duckdb="select time_bucket(interval 6 hours, epoch_ms(sent_ms)), gift, count(*)"
                 " from events group by 1, 2 order by 1, 2 nulls first",
          spark="select timestamp_millis(sent_ms div 21600000 * 21600000), gift, count(*)"
                " from events group by 1, 2 order by 1, 2 nulls first",
          sqlite="select strftime('%Y-%m-%dT%H:%M:00.000Z', sent_ms / 21600000 * 21600,"
                 " 'unixepoch'), gift, count(*) from events group by 1, 2"
                 " order by 1, 2 nulls first", ordered=True),
    Query("empty-groups", ("--group-by", "event_type", "--where", "level > 1000"),
          "select event_type, count(*) from events where level > 1000 group by event_type"),
    Query("empty-aggregates", ("--agg", "count,count(price),sum(price),avg(price),min(user),"
                               "distinct(user)", "--where", "level > 1000"),
          'select count(*), count(price), sum(price), avg(price), min("user"),'
          ' count(distinct "user") from events where level > 1000'),
    Query("empty-rows", ("--select", "n,user", "--where", "event_type = nothing"),
          "select n, \"user\" from events where event_type = 'nothing'"),
    Query("nulls-only", ("--agg", "sum(price),avg(price),min(price),p50(price),count(price)",
                         "--where", "event_type = default"),
          "select sum(price), avg(price), min(price), avg(price), count(price) from events"
          " where event_type = 'default'"),
)

# Which records: offsets count in each partition, times are those of the records.
_RANGES = (
    Query("offsets", ("-o", "100:1200", "--group-by", "event_type"),
          'select event_type, count(*) from events where "offset" >= 100 and "offset" < 1200'
          " group by event_type"),
    Query("offsets-to-the-end", ("--from", "5900", "--select", "n"),
          'select n from events where "offset" >= 5900'),
    Query("last-offsets", ("-o", "-25", "--select", "n"),
          'select n from events e, (select "partition" as p, max("offset") as last from events'
          ' group by "partition") ends where e."partition" = p and e."offset" > last - 25'),
    Query("times", ("--from", "@2025-03-02T00:00Z", "--to", "@2025-03-02T12:00Z", "--agg",
                    "count,sum(level)"),
          "select count(*), sum(level) from events"
          " where \"timestamp\" >= timestamp '2025-03-02 00:00:00'"
          " and \"timestamp\" < timestamp '2025-03-02 12:00:00'",
          sqlite="select count(*), sum(level) from events"
                 " where \"timestamp\" >= '2025-03-02T00:00:00.000Z'"
                 " and \"timestamp\" < '2025-03-02T12:00:00.000Z'"),
    Query("nothing-there", ("--from", "@2030-01-01", "--group-by", "user"),
          'select "user", count(*) from events where "offset" < 0 group by "user"'),
)

# Fields with their types and how many there are. Spark's reader has the types (its tree of them is
# compared in test_matrix.py); here it counts.
_LEAVES = {"cart": "struct", 'cart."item name"': "string", "cart.items": "array",
           "cart.owner": "struct", "cart.owner.name": "string", "cart.owner.rank": "long",
           "cart.total": "double", "event_type": "string", "gift": "boolean", "guild": "string",
           "item": "string", "level": "long", "n": "long", "price": "double", "quantity": "long",
           "received_at": "string", '"remote ip"': "string", "score": "long", "sent_ms": "long",
           "tags": "array", "user": "string", "cart.items[]": "long", "tags[]": "string"}


def _spark_count(field: str) -> str:
    array = field.removesuffix("[]")
    return (f"count({field})" if array == field else
            f"sum(size({array})) filter (where {array} is not null)")


_FIELDS = """
  with nodes as (
    select {name} as field, {kind} as kind from events, json_tree({event}) as node
    where fullkey <> '$' and {kind} <> 'null')
  select field, case when min(kind) <> max(kind) then 'double' else min(kind) end, count(*)
  from nodes group by field"""
_SCHEMA = (
    Query("schema-fields", ("--schema", "--format", "json"), columns=(0, 1, 3),
          duckdb=_FIELDS.format(
              event="event", name=r"regexp_replace(substr(fullkey, 3), '\[\d+\]', '[]')",
              kind="case node.type when 'UBIGINT' then 'long' when 'BIGINT' then 'long'"
                   " when 'DOUBLE' then 'double' when 'VARCHAR' then 'string'"
                   " when 'OBJECT' then 'struct' else lower(node.type) end"),
          spark="select stack({}, {}) from (select {} from events)".format(
              len(_LEAVES), ", ".join(f"'{field}', '{kind}', count_{place}" for place, (field, kind)
                                      in enumerate(_LEAVES.items())),
              ", ".join(f"{_spark_count(field)} as count_{place}"
                        for place, field in enumerate(_LEAVES))),
          sqlite=_FIELDS.format(
              event="events.json",
              # It quotes event_type, too; and an element's key is its number.
              name="case replace(fullkey, '\"', '') when '$.remote ip' then '\"remote ip\"'"
                   " when '$.cart.item name' then 'cart.\"item name\"' else"
                   " replace(substr(case when typeof(node.key) = 'integer' then path || '[]'"
                   " else fullkey end, 3), '\"', '') end",
              kind="case node.type when 'integer' then 'long' when 'real' then 'double'"
                   " when 'text' then 'string' when 'object' then 'struct' when 'true' then"
                   " 'boolean' when 'false' then 'boolean' else node.type end")),
)

SALES = (*_SELECT, *_WHERE, *_GROUPS, *_RANGES, *_SCHEMA)
