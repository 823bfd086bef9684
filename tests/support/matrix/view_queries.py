"""Game questions about `sales`, which `report` knows by name, as SQL spells them out. Their time is
the field `sent_ms`, which is not the order of the topic."""

from support.matrix.query import Query

# What the engines do not have in common: a day's number as a time, and a percentile within its day.
_DIALECTS = {
    "duckdb": {"time": "epoch_ms(day * 86400000)", "p": "quantile_cont(seconds, {0})"},
    "spark": {"time": "timestamp_millis(day * 86400000)", "p": "percentile(seconds, {0})"},
    "sqlite": {"time": "strftime('%Y-%m-%dT00:00:00.000Z', day * 86400, 'unixepoch')",
               "p": "sum(seconds * (1 - abs(place - {0} * last)))"
                    " filter (where abs(place - {0} * last) < 1)"},
}


def _in_each(text: str) -> dict[str, str]:
    """The text for each dialect: {time}, {p50} and {p95} in its own words."""
    return {dialect: text.format(time=words["time"], p50=words["p"].format(0.50),
                                 p95=words["p"].format(0.95))
            for dialect, words in _DIALECTS.items()}


_SESSIONS = """
  with timed as (
    select "user" as player, sent_ms,
      lag(sent_ms) over (partition by "user" order by sent_ms) as before
    from events where "user" is not null),
  numbered as (
    select player, sent_ms, sum(case when sent_ms - before <= 1200000 then 0 else 1 end)
      over (partition by player order by sent_ms rows unbounded preceding) as session
    from timed),
  sessions as (
    select player, (max(sent_ms) - min(sent_ms)) / 1e3 as seconds, count(*) as n,
      cast(floor(min(sent_ms) / 864e5) as bigint) as day
    from numbered group by player, session),
  ranked as (
    select player, seconds, n, day, count(*) over (partition by day) - 1 as last,
      row_number() over (partition by day order by seconds) - 1 as place
    from sessions)
  select {time}, count(*), count(distinct player), sum(n), round(avg(seconds), 3),
    round({p50}, 3), round({p95}, 3)
  from ranked group by day order by day"""

_RETENTION = """
  with days as (
    select distinct "user" as player, cast(floor(sent_ms / 864e5) as bigint) as seen
    from events where "user" is not null),
  firsts as (select player, min(seen) as day from days group by player),
  ends as (select max(seen) as last from days),
  cohorts as (
    select day, last, count(distinct firsts.player) as users,
      count(distinct case when seen = day then firsts.player end) as on_0,
      count(distinct case when seen = day + 1 then firsts.player end) as on_1
    from firsts join days on days.player = firsts.player cross join ends group by day, last)
  select {time}, users, on_0, case when day + 1 <= last then on_1 end, null, null,
    case when day + 1 <= last then round(on_1 * 1e0 / users, 4) end, null, null
  from cohorts order by day"""

_TOP = """
  with users as (
    select "user" as name, count(*) as n, row_number() over (order by count(*) desc, "user")
      as place from events where "user" is not null group by "user"),
  items as (
    select item as name, count(*) as n, row_number() over (order by count(*) desc, item) as place
    from events where item is not null group by item)
  select top, place, name, n from (
    select 1 as list, 'users' as top, place, name, n from users where place <= 5
    union all select 2, 'items', place, name, n from items where place <= 5) as lists
  order by list, place"""

# A user is at a step who has, for it and each before it, an event that is later than the last and
# within the window from the first.
_FUNNEL = """
  with taken as (
    select "user" as player, sent_ms as at, event_type as step from events
    where "user" is not null and event_type in ('join_a_guild', 'purchase_bow', 'log_in')),
  tries as (
    select a.player, max(case when b.at is not null then 1 else 0 end) as second,
      max(case when c.at is not null then 1 else 0 end) as third
    from taken a
    left join taken b on b.player = a.player and b.step = 'purchase_bow' and b.at > a.at
      and b.at - a.at <= 7200000
    left join taken c on c.player = a.player and c.step = 'log_in' and c.at > b.at
      and c.at - a.at <= 7200000
    where a.step = 'join_a_guild' group by a.player),
  totals as (select count(*) as one, sum(second) as two, sum(third) as three from tries)
  select 'join_a_guild' as step, one as users, 1e0 as share, null as of_previous from totals
  union all select 'purchase_bow', two, round(two * 1e0 / one, 4), round(two * 1e0 / one, 4)
    from totals
  union all select 'log_in', three, round(three * 1e0 / one, 4), round(three * 1e0 / two, 4)
    from totals"""

_EXPERIMENT = """
  with seen as (
    select "user" as player, sent_ms, guild,
      row_number() over (partition by "user" order by sent_ms) as place
    from events where "user" is not null and event_type = 'log_in' and guild is not null),
  firsts as (select player, sent_ms as at, guild as variant from seen where place = 1),
  mixed as (
    select firsts.player, max(case when guild <> variant then 1 else 0 end) as several
    from firsts join seen on seen.player = firsts.player group by firsts.player),
  goals as (
    select firsts.player, max(case when bought.sent_ms is not null then 1 else 0 end) as won
    from firsts left join events bought on bought."user" = firsts.player
      and bought.event_type = 'purchase_bow' and bought.sent_ms > firsts.at
      and bought.sent_ms - firsts.at <= 21600000
    group by firsts.player)
  select variant, count(*) as users, sum(several) as several, sum(won) as won
  from firsts join mixed on mixed.player = firsts.player join goals on goals.player = firsts.player
  group by variant order by variant"""

_VIEW = ("--bucket-by", "sent_ms", "--view")

VIEWS = (
    Query("view-sessions", (*_VIEW, "sessions", "--gap", "20m"), **_in_each(_SESSIONS),
          ordered=True),
    Query("view-retention", (*_VIEW, "retention"), **_in_each(_RETENTION), ordered=True),
    Query("view-top", ("--view", "top", "--limit", "5"), _TOP, ordered=True),
    # The median that report tells, too, is that of each user's first try: not compared here.
    Query("view-funnel", (*_VIEW, "funnel", "--steps", "join_a_guild,purchase_bow,log_in",
                          "--window", "2h"), _FUNNEL, columns=(0, 1, 2, 3)),
    # What follows from these counts is held to SciPy and statsmodels: tests/cli/test_experiment.py.
    Query("view-experiment", (*_VIEW, "experiment", "--steps", "log_in,purchase_bow", "--variant",
                              "guild", "--window", "6h"), _EXPERIMENT, columns=(0, 1, 2, 3),
          ordered=True),
)
