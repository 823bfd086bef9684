// Goal: the one form of statement that a scan can answer by groups is read to its last token, and
// no other statement is taken for it.
// Method: statements and what is made of them; statements of other forms, and near ones.

#include "core/report/sql/grouped_statement.h"

#include "tests/unit/catch.h"

namespace gamevents::report::sql {
namespace {

std::string OverGroups(std::string_view statement) {
  INFO(statement);
  const auto read = ReadGrouped(statement);
  REQUIRE(read);
  return read->over_groups;
}

TEST_CASE("fields and aggregates become columns of the groups, the rest stays") {
  CHECK(OverGroups("select event_type, count(*) from events group by event_type;") ==
        R"(SELECT "#k0" , coalesce(sum("#n"),0) FROM "#groups" GROUP BY "#k0")");
  CHECK(OverGroups(R"(SELECT "remote ip" AS "the ip",Count ( * ) AS Times, avg(price),'x'
                      FROM "events" WHERE item='it''s' AND price>=-5 GROUP BY 1
                      HAVING NOT (times < 10 OR max(n) = 'z') AND sum(price) <> 0
                      ORDER BY Times DESC, "the ip", min(price) LIMIT 5 OFFSET 2 ; ;)") ==
        R"(SELECT "#k0" AS "the ip" , coalesce(sum("#n"),0) AS Times , )"
        R"((sum("#s1")*1.0/sum("#c1")) , 'x' FROM "#groups" GROUP BY "#k0" )"
        R"(HAVING NOT ( times < 10 OR max("#h3") = 'z' ) AND sum("#s1") <> 0 )"
        R"(ORDER BY Times DESC , "the ip" , min("#l1") LIMIT 5 OFFSET 2)");
  CHECK(OverGroups("SELECT count(a), sum(a) FROM Events") ==
        R"(SELECT coalesce(sum("#c0"),0) , sum("#s0") FROM "#groups")");
}

TEST_CASE("what each field is needed for, the tests and the names") {
  const auto read = ReadGrouped(
      "SELECT a, count(b), sum(c) AS total, avg(d), min(e) FROM events WHERE f != -7 AND g IS NULL "
      "AND h IS NOT NULL AND i IN (1, 'x') GROUP BY a HAVING max(b) > 'q'");
  REQUIRE(read);
  REQUIRE(read->fields.size() == 9);
  CHECK((read->fields[0].is_key && !read->fields[0].counted));
  CHECK((read->fields[1].counted && read->fields[1].compared));
  CHECK((read->fields[2].summed && !read->fields[2].averaged));
  CHECK((read->fields[3].averaged && !read->fields[3].summed));
  CHECK((read->fields[4].compared && !read->fields[4].counted));
  CHECK(read->aliases == std::vector<std::string>{"total"});
  REQUIRE(read->tests.size() == 4);
  CHECK(read->tests[0].field == 5);
  CHECK((read->tests[0].op == Operator::kEqual && read->tests[0].negated));
  CHECK(std::get<int64_t>(read->tests[0].operands.at(0)) == -7);
  CHECK(read->tests[1].op == Operator::kIsNull);
  CHECK(read->tests[2].op == Operator::kIsNotNull);
  CHECK(read->tests[3].op == Operator::kIn);
  CHECK(std::get<std::string>(read->tests[3].operands.at(1)) == "x");
}

TEST_CASE("any other statement is left to SQLite") {
  for (const char* statement : {
           "",
           "select",
           "select a from events",                                 // no groups
           "select 1 from events order by count(*)",               // nor here
           "select a, count(*) from events",                       // a is any row's
           "select a, count(*) from events group by b",            // so here
           "select count(*) from events group by a having b > 1",  // and here
           "select * from events group by a",                      // columns unknown
           "select distinct a from events group by a",
           "select all a from events group by a",
           "select count(distinct a) from events",
           "select count(*) filter (where a > 1) from events",
           "select count(*) over () from events group by a",
           "select total(a) from events",
           "select min(a, b) from events group by a",
           "select count() from events",
           "select upper(a) from events group by a",
           "select a || 'x' from events group by a",
           "select sum(a) / 2 from events",
           "select sum(a + 1) from events",
           "select -a from events group by a",
           "select cast(a as text) from events group by a",
           "select a collate nocase from events group by a",
           "select a from events group by a collate nocase",
           "select a from events group by a order by a collate nocase",
           "select a from events group by a order by a nulls last",
           "select a from events group by a having a in (1)",
           "select a from events group by a having a like 'x%'",
           "select a from events group by a having a is null",
           "select a from events group by a having exists (select 1)",
           "select a from events group by upper(a)",
           "select a from events group by 2",
           "select count(*) from events group by 1",  // an aggregate
           "select a from events group by 1.0",
           "select a from events e group by a",
           "select a from events as e group by a",
           "select events.a from events group by events.a",
           "select a from main.events group by a",
           "select a from others group by a",
           "select a from events, events group by a",
           "select a from events join events using (a) group by a",
           "select a from (select 1 as a) group by a",
           "with events as (select 1 as a) select a from events group by a",
           "select a from events group by a union select 1",
           "explain select a from events group by a",
           "values (1)",
           "select a b from events group by a",  // a name without AS
           "select count(*) 'n' from events group by a",
           "select count(*) as 'n' from events group by a",
           "select count(*) as a from events group by a",  // which of the two is meant?
           "select count(*) as A from events group by a",
           "select a as b from events group by b",
           "select count(*) as n, sum(a) as N from events",
           "select count(*) as n from events where n > 1",
           "select count(*) as n from events group by a having sum(n) > 1",
           "select count(*) from events where a = b",
           "select count(*) from events where 1 = a",
           "select count(*) from events where a = 1.5",
           "select count(*) from events where a = 1e3",
           "select count(*) from events where a = 0x10",
           "select count(*) from events where a = x'61'",
           "select count(*) from events where a = NULL",
           "select count(*) from events where a = 9223372036854775808",
           "select count(*) from events where a = -'1'",
           "select count(*) from events where a = 1 = 1",
           "select count(*) from events where a = 1 or b = 2",
           "select count(*) from events where (a = 1)",
           "select count(*) from events where not a = 1",
           "select count(*) from events where a",
           "select count(*) from events where a is 1",
           "select count(*) from events where a is not 1",
           "select count(*) from events where a in ()",
           "select count(*) from events where a not in (1)",
           "select count(*) from events where a in (select 1)",
           "select count(*) from events where a between 1 and 2",
           "select count(*) from events where a like 'x'",
           "select count(*) from events where a = 'x' collate nocase",
           "select count(*) from events where a = ?",
           "select count(*) from events -- all of them",
           "select count(*) /* all */ from events",
           "select [a] from events group by [a]",
           "select `a` from events group by `a`",
           "select \"a from events group by a",
           "select 'a'' from events",
           "select \xC3\xA4 from events group by \xC3\xA4",
           "select true from events group by true",
           "select order from events group by order",
           "select count(*) from events group by a; select 1",
           "select count(*) from events limit (select 1)",
       }) {
    INFO(statement);
    CHECK_FALSE(ReadGrouped(statement));
  }
}

}  // namespace
}  // namespace gamevents::report::sql
