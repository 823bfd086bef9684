// Goal: an event's text is exactly what was added, and reads back as that.
// Method: known texts; every kind
// of value through Document again; misuse in a child process.
#include "core/event/event_writer.h"

#include "core/event/document.h"
#include "tests/unit/catch.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <limits>

namespace gamevents::event {
namespace {

// Whether `act` ends the process by SIGABRT, tried in a child.
template <class Act>
bool Aborts(Act act) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // Not Catch2's handler, which would report a failure.
    close(STDERR_FILENO);
    act();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_CASE("fields stand in the order in which they were added") {
  EventWriter writer;
  writer.Add("event_type", "purchase_sword");
  writer.Add("remote ip", std::string("127.0.0.1"));
  writer.Add("quantity", 3);
  writer.Add("paid", true);
  writer.Add("price", 2.5);
  writer.AddJson("tags", "[\"a\",1]");
  CHECK(writer.Finish() ==
        R"({"event_type":"purchase_sword","remote ip":"127.0.0.1","quantity":3,"paid":true,)"
        R"("price":2.5,"tags":["a",1]})");
}

TEST_CASE("the event's own fields win over those that may be there already") {
  EventWriter writer;
  writer.Add("Host", "mine");
  CHECK_FALSE(writer.AddIfAbsent("Host", "theirs"));
  CHECK(writer.AddIfAbsent("host", "names are told apart by case"));
  CHECK(writer.AddIfAbsent("Ho", "a prefix is another name"));
  CHECK(writer.AddIfAbsent("", "empty"));
  CHECK_FALSE(writer.AddIfAbsent("", "empty again"));
  CHECK(writer.Has("Ho"));
  CHECK_FALSE(writer.Has("os"));
  CHECK(writer.Finish() == R"({"Host":"mine","host":"names are told apart by case",)"
                           R"("Ho":"a prefix is another name","":"empty"})");
}

TEST_CASE("a writer starts anew after Finish") {
  EventWriter writer(16);
  CHECK(writer.Finish() == "{}");
  writer.Add("a", 1);
  CHECK(writer.Finish() == R"({"a":1})");
  CHECK_FALSE(writer.Has("a"));
  writer.Add("a", false);
  CHECK(writer.Finish() == R"({"a":false})");
}

TEST_CASE("whatever is written reads back as the same value") {
  EventWriter writer;
  const std::string_view nasty("q\"b\\\n\r\t\x01\x1f\x7f/\xC3\xAB\xF0\x9F\x97\xA1\0z", 19);
  writer.Add(nasty, nasty);
  writer.Add("min", std::numeric_limits<int64_t>::min());
  writer.Add("max", std::numeric_limits<int64_t>::max());
  const double doubles[] = {0.0,        -0.0, 1.0, 0.1, 1e300, 5e-324, -1.7976931348623157e308,
                            123456789.0};
  for (size_t i = 0; i < std::size(doubles); ++i) writer.Add(std::to_string(i), doubles[i]);

  Document document;
  REQUIRE(document.Parse(writer.Finish()).ok());
  CHECK(std::get<std::string_view>(document.Field({std::string(nasty)})) == nasty);
  CHECK(std::get<int64_t>(document.Field({"min"})) == std::numeric_limits<int64_t>::min());
  CHECK(std::get<int64_t>(document.Field({"max"})) == std::numeric_limits<int64_t>::max());
  for (size_t i = 0; i < std::size(doubles); ++i) {
    CHECK(std::get<double>(document.Field({std::to_string(i)})) == doubles[i]);
  }
}

TEST_CASE("misuse ends the process, and nothing else does") {
  CHECK(Aborts([] {
    EventWriter writer;
    writer.Add("a", 1);
    writer.Add("a", 2);
  }));
  CHECK(Aborts([] { EventWriter().Add("a", "\xFF"); }));
  CHECK(Aborts([] { EventWriter().Add("\xFF", "a"); }));
  CHECK(Aborts([] { EventWriter().AddIfAbsent("a", "\xC0\xAF"); }));
  CHECK(Aborts([] { EventWriter().Add("a", std::numeric_limits<double>::infinity()); }));
  CHECK(Aborts([] { EventWriter().Add("a", std::numeric_limits<uint64_t>::max()); }));
  CHECK(Aborts([] { EventWriter().AddJson("a", "[1,\n2]"); }));
  CHECK_FALSE(Aborts([] { EventWriter().Add("a", uint64_t{7}); }));
}

}  // namespace gamevents::event
