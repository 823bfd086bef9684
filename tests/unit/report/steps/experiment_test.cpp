// Goal: users count in the variant that they saw first, and convert in order and in time.
// Method: small courses in memory with known answers, by one part of a scan and by two.

#include "core/report/steps/experiment.h"

#include "tests/unit/report/views.h"

#include <tuple>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

ViewQuestion AskingExperiment(const std::string& steps = "seen,buy") {
  ViewQuestion question;
  question.kind = ViewKind::kExperiment;
  question.steps = ParseFunnelSteps(steps).value();
  question.window = std::chrono::seconds(100);
  return question;
}

Message Seen(const std::string& user, const std::string& variant, int64_t seconds = 0) {
  Message message{
      fmt::format(R"({{"event_type":"seen","user":"{}","variant":"{}"}})", user, variant)};
  message.time = kTestNow + seconds * 1'000;
  return message;
}

/// Variant, users, mixed, converted.
using Line = std::tuple<std::string, int64_t, int64_t, int64_t>;

std::vector<Line> LinesOf(const Table& table) {
  std::vector<Line> lines;
  for (const Row& row : table.rows) {
    lines.emplace_back(std::get<std::string>(row[0]), std::get<int64_t>(row[1]),
                       std::get<int64_t>(row[2]), std::get<int64_t>(row[3]));
  }
  return lines;
}

Result<Table> AnswerOf(const ViewQuestion& question, const std::vector<Message>& messages,
                       std::vector<std::string>* notes = nullptr) {
  const auto view = MakeView(question, kViewBytesMax);
  REQUIRE(ScanWith(*view, messages));
  auto table = view->Finish();
  if (notes != nullptr) *notes = view->Notes();
  return table;
}

TEST_CASE("a user counts where the first exposure was, and converts after it in time") {
  const Table table =
      ViewOf(AskingExperiment(),
             {Seen("ann", "control", 10), By("ann", "buy", 20), By("bob", "buy", 0),
              Seen("bob", "control", 10), By("bob", "buy", 111),  // before it, and too late
              Seen("cid", "blue", 0), By("cid", "buy", 100),      // just in time
              Seen("dan", "blue", 0), Seen("dan", "control", 1),  // saw both
              By("dan", "buy", 2), By("eve", "buy", 0),           // eve saw none
              Seen("fay", "blue", 50), Seen("fay", "blue", 200),
              By("fay", "buy", 201)});  // the first counts
  CHECK(LinesOf(table) == std::vector<Line>{{"control", 2, 0, 1}, {"blue", 3, 1, 2}});
  const Row& control = table.rows[0];
  CHECK(control[4] == Cell(0.5));
  for (size_t i = 5; i < 11; ++i) CHECK(control[i] == Cell());
  const Row& blue = table.rows[1];
  CHECK(std::get<double>(blue[5]) > 0.333);
  CHECK(std::get<double>(blue[6]) == std::get<double>(blue[4]) - 0.5);
  CHECK(std::get<double>(blue[7]) < std::get<double>(blue[6]));
  CHECK(std::get<double>(blue[8]) > std::get<double>(blue[6]));
  CHECK(blue[9] == Cell(1.0));
  CHECK(blue[10] == Cell("fisher"s));
  CHECK(blue[11] == control[11]);
}

TEST_CASE("steps between come in their order") {
  const Table table = ViewOf(AskingExperiment("seen,cart,buy"),
                             {Seen("ann", "a", 0), By("ann", "cart", 1), By("ann", "buy", 2),
                              Seen("bob", "a", 0), By("bob", "buy", 1), By("bob", "cart", 2)});
  CHECK(LinesOf(table) == std::vector<Line>{{"a", 2, 0, 1}});
}

TEST_CASE("the control is the one that was named, or is called so, or is the first") {
  const std::vector<Message> messages{Seen("ann", "a"), Seen("bob", "control"), Seen("cid", "z")};
  ViewQuestion question = AskingExperiment();
  CHECK(std::get<0>(LinesOf(*AnswerOf(question, messages)).front()) == "control");
  question.experiment.control = "z";
  CHECK(LinesOf(*AnswerOf(question, messages)) ==
        std::vector<Line>{{"z", 1, 0, 0}, {"a", 1, 0, 0}, {"control", 1, 0, 0}});
  question.experiment.control = "contrl";
  CHECK(AnswerOf(question, messages).error().context ==
        "there is no variant contrl; did you mean control?; there are a, control, z");
  CHECK(AnswerOf(question, {})->rows.empty());
  question.experiment.control.reset();
  CHECK(std::get<0>(LinesOf(*AnswerOf(question, {Seen("ann", "b"), Seen("bob", "a")})).front()) ==
        "a");
}

TEST_CASE("a ratio is of the variants that there are") {
  const std::vector<Message> messages{Seen("ann", "a"), Seen("bob", "a"), Seen("cid", "b")};
  ViewQuestion question = AskingExperiment();
  question.experiment.ratio = {{"a", 2}, {"b", 1}};
  CHECK(AnswerOf(question, messages)->rows[0][11] == Cell(1.0));
  question.experiment.ratio = {{"a", 2}};
  CHECK(AnswerOf(question, messages).error().context == "the ratio has no share for the variant b");
  question.experiment.ratio = {{"a", 2}, {"b", 1}, {"c", 1}};
  CHECK(AnswerOf(question, messages).error().context.find("there is no variant c") !=
        std::string::npos);
}

TEST_CASE("what a reader must know of the users stands beside the answer") {
  std::vector<std::string> notes;
  std::vector<Message> messages{Seen("dan", "a", 0), Seen("dan", "b", 1), By("ann", "seen", 0)};
  for (int i = 0; i < 30; ++i) messages.push_back(Seen(fmt::format("user{}", i), "b", 2));
  REQUIRE(AnswerOf(AskingExperiment(), messages, &notes));
  REQUIRE(notes.size() == 3);
  CHECK(notes[0] == "1 exposures name no variant (variant) and are left out");
  CHECK(notes[1] ==
        "1 users were exposed to several variants, dan first; each counts in the first one that it "
        "saw");
  CHECK(notes[2].find("the users are not shared out as expected (p = ") == 0);
  REQUIRE(AnswerOf(AskingExperiment(), {Seen("ann", "a")}, &notes));
  CHECK(notes ==
        std::vector<std::string>{"there is one variant, a, so nothing to compare it with"});
}

TEST_CASE("a field of many values is no variant") {
  std::vector<Message> messages;
  for (size_t i = 0; i <= kVariantsMax; ++i) messages.push_back(Seen("u", std::to_string(i)));
  CHECK(AnswerOf(AskingExperiment(), messages).error().context.find("more than 64 values") !=
        std::string::npos);
  messages.pop_back();
  CHECK(AnswerOf(AskingExperiment(), messages));
}

TEST_CASE("the variant may be a number or a field within one") {
  ViewQuestion question = AskingExperiment();
  question.experiment.variant = {"test", "arm"};
  const Table table =
      *AnswerOf(question, {{R"({"event_type":"seen","user":"ann","test":{"arm":2}})"},
                           {R"({"event_type":"seen","user":"bob","test":{"arm":"10"}})"}});
  CHECK(LinesOf(table) == std::vector<Line>{{"10", 1, 0, 0}, {"2", 1, 0, 0}});
}

}  // namespace
}  // namespace gamevents::report
