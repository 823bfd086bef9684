// Goal: one pass shows every record to every step, stops when nobody needs more, and passes
// errors on.
// Method: a source in memory that counts what was read of it, and steps that count.

#include "core/report/scan/scan.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

namespace gamevents::report {
namespace {

/// Counts what it is shown; is satisfied after `enough` records, fails at record `fails_at`.
struct ScanCounting final : Step {
  int64_t seen = 0;
  int64_t events = 0;
  int64_t enough = 1'000'000;
  int64_t fails_at = -1;

  Status Take(const Scanned& scanned) override {
    if (seen == fails_at) return Error{Fault::kFull, "enough of this"};
    ++seen;
    events += scanned.event != nullptr ? 1 : 0;
    return Done{};
  }
  bool Satisfied() const override { return seen >= enough; }
};

const std::vector<Message> kScanMessages{
    {R"({"event_type":"a"})"}, {"7"}, {std::nullopt}, {R"({"event_type":"b"})"}, {R"({"broken)"}};

TEST_CASE("every step sees every record and the totals add up") {
  MemorySource source(kScanMessages);
  ScanCounting one;
  ScanCounting two;
  Step* const steps[] = {&one, &two};
  const auto totals = Scan(source, steps, {});
  REQUIRE(totals);
  CHECK(totals->records == 5);
  CHECK(totals->events == 2);
  CHECK(totals->selected == 2);
  CHECK(one.seen == 5);
  CHECK(two.events == 2);
}

TEST_CASE("a condition selects events and hides none") {
  const auto filter = event::Filter::Parse("event_type = b");
  const auto quoted = event::Filter::Parse("event_type = 'b'");
  const event::Filter* where = quoted ? &*quoted : &*filter;
  ScanCounting step;
  const auto totals = ScanWith(step, kScanMessages, {.where = where});
  REQUIRE(totals);
  CHECK(totals->events == 2);
  CHECK(totals->selected == 1);
  CHECK(step.events == 2);
}

TEST_CASE("reading stops when every step is satisfied, unless the totals are wanted") {
  MemorySource source(kScanMessages);
  ScanCounting step;
  step.enough = 1;
  Step* const steps[] = {&step};
  REQUIRE(Scan(source, steps, {}));
  CHECK(source.position() == 2);
  REQUIRE(Scan(source, steps, {.to_the_end = true}));
  CHECK(source.position() == 5);
}

TEST_CASE("errors of the source and of a step end the scan") {
  MemorySource source(kScanMessages);
  source.fails_at = 4;
  ScanCounting step;
  Step* const steps[] = {&step};
  const auto unread = Scan(source, steps, {});
  REQUIRE_FALSE(unread);
  CHECK(unread.error().fault == Fault::kUnavailable);
  CHECK(step.seen == 4);

  ScanCounting failing;
  failing.fails_at = 3;
  const auto untaken = ScanWith(failing, kScanMessages);
  REQUIRE_FALSE(untaken);
  CHECK(untaken.error().fault == Fault::kFull);
  CHECK(failing.seen == 3);
}

TEST_CASE("an interrupted source leaves what there was, marked") {
  MemorySource source(kScanMessages);
  source.fails_at = 4;
  source.fault = Fault::kClosed;
  ScanCounting step;
  Step* const steps[] = {&step};
  const auto totals = Scan(source, steps, {});
  REQUIRE(totals);
  CHECK(totals->partial);
  CHECK(totals->records == 4);
  CHECK_FALSE(ScanWith(step, kScanMessages)->partial);
}

TEST_CASE("parts are scanned each by its own steps, and an error of one ends all") {
  std::vector<std::unique_ptr<RecordSource>> parts;
  std::vector<ScanCounting> counting(3);
  std::vector<std::vector<Step*>> steps;
  for (ScanCounting& step : counting) {
    parts.push_back(std::make_unique<MemorySource>(kScanMessages));
    steps.push_back({&step});
  }
  int64_t told = 0;
  const auto totals =
      ScanParts(parts, steps, {.progress = [&](const ScanTotals& t) { told = t.records; }});
  REQUIRE(totals);
  CHECK(totals->records == 15);
  CHECK(told == 15);
  for (const ScanCounting& step : counting) CHECK(step.seen == 5);

  auto broken = std::make_unique<MemorySource>(kScanMessages);
  broken->fails_at = 2;
  parts[1] = std::move(broken);
  const auto failed = ScanParts(parts, steps, {});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().fault == Fault::kUnavailable);
}

TEST_CASE("progress is told as records are read") {
  std::vector<int64_t> told;
  ScanCounting step;
  REQUIRE(ScanWith(step, kScanMessages,
                   {.progress = [&](const ScanTotals& t) { told.push_back(t.records); }}));
  CHECK(told == std::vector<int64_t>{2, 4, 5});
}

}  // namespace
}  // namespace gamevents::report
