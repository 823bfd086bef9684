// Goal: a user counts at a step when the steps before it came earlier and within the window.
// Method: small courses in memory with known answers, and random ones beside a plain search over
// all ways to choose the events.

#include "core/report/steps/funnel.h"

#include "tests/unit/report/views.h"

#include <functional>
#include <map>
#include <random>

namespace gamevents::report {
namespace {

ViewQuestion AskingFunnel(const std::string& steps, std::chrono::seconds window) {
  ViewQuestion question;
  question.kind = ViewKind::kFunnel;
  question.steps = ParseFunnelSteps(steps).value();
  question.window = window;
  return question;
}

std::vector<int64_t> UsersOf(const Table& table) {
  std::vector<int64_t> users;
  for (const Row& row : table.rows) users.push_back(std::get<int64_t>(row[1]));
  return users;
}

using Users = std::vector<int64_t>;

TEST_CASE("steps come in their order, within the window, others between them") {
  const Table table = ViewOf(
      AskingFunnel("look,cart,buy", std::chrono::seconds(60)),
      {By("ann", "look", 0), By("ann", "chat", 1), By("ann", "cart", 2), By("ann", "buy", 12),
       By("bob", "cart", 0), By("bob", "look", 1), By("bob", "buy", 2),      // wrong order
       By("cid", "look", 0), By("cid", "cart", 60), By("cid", "buy", 61)});  // too late
  CHECK(UsersOf(table) == Users{3, 2, 1});
  CHECK(table.rows[0] == Row{std::string("look"), int64_t{3}, 1.0, {}, {}});
  CHECK(table.rows[1] == Row{std::string("cart"), int64_t{2}, 0.6667, 0.6667, 31.0});
  CHECK(table.rows[2] == Row{std::string("buy"), int64_t{1}, 0.3333, 0.5, 10.0});
}

TEST_CASE("a later try may get further") {
  const auto question = AskingFunnel("a,b,c", std::chrono::seconds(10));
  CHECK(UsersOf(ViewOf(question, {By("ann", "a", 0), By("ann", "b", 9), By("ann", "a", 10),
                                  By("ann", "b", 12), By("ann", "c", 19)})) == Users{1, 1, 1});
  // The first try has its b, the second its window: neither has both.
  CHECK(UsersOf(ViewOf(question, {By("ann", "a", 0), By("ann", "b", 9), By("ann", "a", 10),
                                  By("ann", "c", 11)})) == Users{1, 1, 0});
}

TEST_CASE("a step that no event is is named, with the type that may have been meant") {
  using Steps = std::vector<std::string>;
  const auto missing = [](const std::string& steps, const std::vector<Message>& messages) {
    const auto view = MakeView(AskingFunnel(steps, std::chrono::seconds(60)), kViewBytesMax);
    REQUIRE(ScanWith(*view, messages));
    Steps named;
    for (const MissingName& step : view->Missing()) {
      CHECK(step.kind == MissingName::Kind::kStep);
      named.push_back(step.name + ":" + step.nearest.value_or(""));
    }
    return named;
  };
  const std::vector<Message> messages{
      By("ann", "look", 0), By("ann", "cart", 1), {R"({"event_type":"buy"})"}};
  CHECK(missing("look,cart,buy", messages).empty());  // also where it has no user
  CHECK(missing("lok,cart,x = 1", messages) == Steps{"lok:look", "x = 1:"});
}

TEST_CASE("a step that one part of a scan saw is not missing") {
  const auto question = AskingFunnel("look,cart,bye", std::chrono::seconds(60));
  const auto view = MakeView(question, kViewBytesMax);
  const auto sibling = view->Sibling();
  REQUIRE(ScanWith(*view, {By("ann", "look", 0)}));
  REQUIRE(ScanWith(*sibling, {By("ann", "cart", 1), By("ann", "buy", 2)}));
  view->Merge(std::move(*sibling));
  REQUIRE(view->Missing().size() == 1);
  CHECK(view->Missing()[0] == MissingName{"bye", "buy", MissingName::Kind::kStep});
}

TEST_CASE("one event is one step, though it meets two") {
  const auto question = AskingFunnel("x = 1,\"event_type\" = \"a\"", std::chrono::seconds(10));
  const Message both{R"({"event_type":"a","user":"ann","x":1})"};
  CHECK(UsersOf(ViewOf(question, {both})) == Users{1, 0});
  CHECK(UsersOf(ViewOf(question, {both, both})) == Users{1, 1});
  CHECK(UsersOf(ViewOf(AskingFunnel("a,a,a", std::chrono::seconds(10)),
                       {By("u", "a"), By("u", "a")})) == Users{1, 1, 0});
}

/// How far one user gets, by trying every way.
size_t Furthest(const std::vector<std::pair<int64_t, size_t>>& events, size_t steps,
                int64_t window) {
  size_t furthest = 0;
  const std::function<void(size_t, size_t, int64_t)> go = [&](size_t from, size_t step,
                                                              int64_t begin) {
    furthest = std::max(furthest, step);
    for (size_t i = from; i < events.size() && step < steps; ++i) {
      if (events[i].second != step) continue;
      if (step > 0 && events[i].first - begin > window) continue;
      go(i + 1, step + 1, step == 0 ? events[i].first : begin);
    }
  };
  go(0, 0, 0);
  return furthest;
}

TEST_CASE("random courses, beside a search over all ways") {
  std::mt19937 random(11);
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  for (int round = 0; round < 60; ++round) {
    std::map<std::string, std::vector<std::pair<int64_t, size_t>>> courses;
    std::vector<Message> messages;
    int64_t now = 0;
    for (int i = 0; i < 60; ++i) {
      now += 1 + static_cast<int64_t>(random() % 4);  // the parts do not share offsets
      const std::string user(1, static_cast<char>('p' + random() % 5));
      const size_t step = random() % names.size();
      messages.push_back(By(user, names[step], now));
      courses[user].emplace_back(now, step);
    }
    Users expected(3, 0);
    for (const auto& [user, events] : courses) {
      for (size_t i = 0; i < Furthest(events, 3, 20); ++i) ++expected[i];
    }
    CHECK(UsersOf(ViewOf(AskingFunnel("a,b,c", std::chrono::seconds(20)), messages)) == expected);
  }
}

}  // namespace
}  // namespace gamevents::report
