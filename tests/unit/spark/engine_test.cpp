// Goal: the job gets its files and options, and its answer is written like our own; when it fails,
// what it said is told. Method: a shell script in the place of spark-submit.
#include "core/spark/engine.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/questions.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace gamevents::spark {
namespace {

using namespace std::chrono_literals;

/// Finds the value of --out, as the job does.
const std::string kFindOut = "while [ $# -gt 1 ]; do [ \"$1\" = --out ] && out=$2; shift; done\n";
const std::string kAnswer =
    R"({"columns": [{"name": "a", "type": "any"}, {"name": "count", "type": "long"}]})"
    "\n[\"x\", 3]\n[1, 2]\n[0.5, 1]\n"
    R"({"totals": {"records": 7, "events": 6, "selected": 6}})"
    "\n";

struct Answered {
  Result<report::ScanSummary> summary;
  std::string text{};
};

Answered Ask(report::Question question, const std::string& submit,
             std::chrono::milliseconds timeout = 20s) {
  Answered answered{report::ScanSummary{}};
  if (!std::holds_alternative<report::RowsQuestion>(question.asked)) {
    question.asked = report::GroupsQuestion{.by = {{"a"}}};
  }
  const Source source{.topic = "t", .ranges = {{.partition = 0, .end = 7}}, .kafka = {}};
  const SubmitOptions options{.submit = submit,
                              .master = "local[1]",
                              .packages = {"p"},
                              .jars = {},
                              .properties = {},
                              .timeout = timeout};
  answered.summary = Answer(question, source, options, [&](std::string_view text) {
    answered.text += text;
    return Status(Done{});
  });
  return answered;
}

/// Writes a program for the shell and returns its full name.
std::string Script(const TempFolder& files, const std::string& name, const std::string& body) {
  const std::string file = files.Write(name, "#!/bin/sh\n" + body);
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  return file;
}

/// Answers whatever it is asked with `text`.
std::string Says(const TempFolder& files, const std::string& text) {
  const std::string answer = files.Write("answer", text);
  return Script(files, "submit", kFindOut + "cat " + answer + " > \"$out\"");
}

size_t FoldersOfOurs() {
  size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
    const std::string name = entry.path().filename().string();
    count += name.starts_with("gamevents-spark-") ? 1u : 0u;
  }
  return count;
}

TEST_CASE("groups and rows are written as our own, as far as the limit") {
  const TempFolder files;
  const std::string submit = Says(files, kAnswer);
  report::Question question;
  question.limit = 2;
  auto answered = Ask(question, submit);
  INFO((answered.summary ? "" : answered.summary.error().context));
  REQUIRE(answered.summary);
  CHECK(answered.text ==
        "+---+-----+\n|  a|count|\n+---+-----+\n|  x|    3|\n|  1|    2|\n+---+-----+\n"
        "only showing top 2 rows\n");
  CHECK(answered.summary->totals.records == 7);
  question.take = true;
  CHECK(Ask(question, submit).text == "[Row(a='x', count=3), Row(a=1, count=2)]\n");
  question = report::AskRows({{"a"}});
  question.rendering.format = report::Format::kCsv;
  CHECK(Ask(question, submit).text == "a,count\r\nx,3\r\n1,2\r\n0.5,1\r\n");
  question.limit = 1;
  CHECK(Ask(question, submit).text == "a,count\r\nx,3\r\n");
}

TEST_CASE("numbers of one column of groups have one type") {
  const TempFolder files;
  report::Question question;
  question.rendering.format = report::Format::kCsv;
  std::string text = kAnswer;
  text.replace(text.find("\"x\""), 3, "null");
  CHECK(Ask(question, Says(files, text)).text == "a,count\r\n,3\r\n1.0,2\r\n0.5,1\r\n");
}

TEST_CASE("an answer beyond the memory is refused, with what to ask") {
  const TempFolder files;
  report::Question question;
  question.memory = 100;
  const auto answered = Ask(question, Says(files, kAnswer));
  REQUIRE(!answered.summary);
  CHECK(answered.summary.error().fault == Fault::kFull);
  CHECK(answered.summary.error().context.find("report.memory") != std::string::npos);
}

TEST_CASE("the job, its module and its plan are there for it alone, and gone afterwards") {
  const TempFolder files;
  const size_t before = FoldersOfOurs();
  const std::string seen = files.path() + "/seen";
  const std::string submit = Script(files, "submit",
                                    kFindOut + "cd \"$(dirname \"$out\")\"; ls > " + seen +
                                        "; stat -c %a . plan.json >> " + seen + "; cat " +
                                        files.Write("answer", kAnswer) + " > \"$out\"");
  REQUIRE(Ask({}, submit).summary);
  CHECK(files.Read("seen") == "gamevents_events.py\nplan.json\nreport.py\n700\n600\n");
  CHECK(FoldersOfOurs() == before);
}

TEST_CASE("a job that fails is told with the end of its log") {
  const TempFolder files;
  const auto answered =
      Ask({}, Script(files, "submit", "for i in $(seq 100); do echo line $i; done; exit 3"));
  REQUIRE(!answered.summary);
  const Error& error = answered.summary.error();
  CHECK(error.fault == Fault::kUnavailable);
  CHECK(error.context.find("spark.master local[1]") != std::string::npos);
  CHECK(error.context.find("ended with 3") != std::string::npos);
  CHECK(error.context.find("\nline 81\n") != std::string::npos);
  CHECK(error.context.find("line 80\n") == std::string::npos);
  CHECK(error.context.ends_with("line 100"));
  CHECK(answered.text.empty());
}

TEST_CASE("no Spark, no answer and no end are each told") {
  const TempFolder files;
  auto answered = Ask({}, "/nonexistent/spark-submit");
  REQUIRE(!answered.summary);
  CHECK(answered.summary.error().fault == Fault::kNotFound);
  CHECK(answered.summary.error().context.find("spark.submit") != std::string::npos);
  answered = Ask({}, Script(files, "silent", "exit 0"));
  REQUIRE(!answered.summary);
  CHECK(answered.summary.error().fault == Fault::kCorrupt);
  answered = Ask({}, Script(files, "endless", "echo begun; sleep 100"), 300ms);
  REQUIRE(!answered.summary);
  CHECK(answered.summary.error().fault == Fault::kUnavailable);
  CHECK(answered.summary.error().context.find("spark.timeout") != std::string::npos);
}

TEST_CASE("what is submitted: master, packages or jars, properties over ours, then the job") {
  SubmitOptions options{.submit = "s",
                        .master = "spark://h:1",
                        .packages = {"p:1", "p:2"},
                        .jars = {},
                        .properties = {{"spark.ui.enabled", "true"}},
                        .timeout = 1s};
  CHECK(SubmitWords(options, "/f") ==
        std::vector<std::string>{"s", "--master", "spark://h:1", "--packages", "p:1,p:2", "--conf",
                                 "spark.log.level=WARN", "--conf", "spark.ui.enabled=true",
                                 "/f/report.py", "--plan", "/f/plan.json", "--out",
                                 "/f/answer.ndjson"});
  options.jars = {"/a.jar", "/b.jar"};
  options.master = "local[*]";
  const auto words = SubmitWords(options, "/f");
  const auto has = [&](const std::string& word) { return std::ranges::count(words, word) == 1; };
  CHECK(has("--jars"));
  CHECK(has("/a.jar,/b.jar"));
  CHECK(!has("--packages"));
  CHECK(has("spark.driver.bindAddress=127.0.0.1"));
}

}  // namespace
}  // namespace gamevents::spark
