// Goal: a sale is what was bought, by purchase or checkout, once, and nothing that was refused.
// The parts of a split scan sell together what one sells, whatever their number.
// Method: events in memory, as serve writes them, and the rows that come of them.

#include "core/report/scan/sales_source.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/report/views.h"

#include <algorithm>
#include <random>

namespace gamevents::report {
namespace {

constexpr size_t kSalesBytesMax = size_t{1} << 20;

/// The event under its user's key.
Message Keyed(const std::string& user, const std::string& fields) {
  return {fmt::format(R"({{"user":"{}",{}}})", user, fields), user};
}

std::vector<std::string> Sales(const std::vector<Message>& messages) {
  const auto source = SalesOf(Topic(messages), kSalesBytesMax)();
  REQUIRE(source);
  std::vector<std::string> sales;
  while (true) {
    const auto records = (*source)->Next();
    REQUIRE(records);
    if (records->empty()) return sales;
    for (const kafka::RecordView& record : *records) {
      CHECK(record.timestamp == TimestampMs(kTestNow));
      sales.emplace_back(*record.value);
    }
  }
}

TEST_CASE("a purchase is a sale, as often as it was asked for") {
  CHECK(Sales({Keyed("ann", R"("event_type":"purchase_sword","kind":"blade","type":"katana",)"
                            R"("quantity":3,"price":120)"),
               {"42"},
               {R"({"event_type":"purchase_sword","purchase_user":"bob"})"}}) ==
        std::vector<std::string>{
            R"({"user":"ann","item":"sword","kind":"blade","type":"katana","quantity":3,)"
            R"("price":120,"revenue":360,"through":"purchase"})",
            R"({"user":"bob","item":"sword","kind":"sword","quantity":1,"price":0,)"
            R"("revenue":0,"through":"purchase"})"});
}

TEST_CASE("a cart sells at its checkout what it holds then") {
  const std::string add = R"("event_type":"add_to_cart","item":"axe","quantity":2,"price":95)";
  const std::string remove = R"("event_type":"remove_from_cart","item":"axe","quantity":1)";
  const std::string checkout = R"("event_type":"checkout")";
  CHECK(Sales({Keyed("ann", add), Keyed("ann", remove), Keyed("bob", add), Keyed("ann", checkout),
               Keyed("ann", checkout)}) ==
        std::vector<std::string>{R"({"user":"ann","item":"axe","kind":"axe","quantity":1,)"
                                 R"("price":95,"revenue":95,"through":"cart"})"});
}

TEST_CASE("what came twice or was refused is no sale") {
  const std::string unique =
      R"("event_type":"purchase_excalibur","unique":true,"price":25000,"event_id":")";
  const auto sales = Sales(
      {Keyed("ann", unique + "1\""), Keyed("ann", unique + "1\""), Keyed("ann", unique + "2\"")});
  CHECK(sales.size() == 1);
}

TEST_CASE("carts beyond the memory end the scan") {
  std::vector<Message> messages;
  for (int i = 0; i < 3'000; ++i) {
    messages.push_back(
        Keyed("user" + std::to_string(i), R"("event_type":"add_to_cart","item":"axe","price":1)"));
  }
  const auto source = SalesOf(Topic(messages), 10'000)();
  REQUIRE(source);
  const auto records = (*source)->Next();
  REQUIRE_FALSE(records);
  CHECK(records.error().fault == Fault::kFull);
  CHECK(records.error().context.find("begin later") != std::string::npos);
}

/// A random course of what a few users do. Some have events in two partitions, some events are
/// under another's key or none, some ids come again, and the offsets jump so far that users who own
/// nothing are forgotten.
struct Course {
  struct Event {
    std::string key;
    std::string value;
    int32_t partition;
    int64_t offset;
  };
  std::vector<Event> events;

  Course(uint32_t seed, size_t count) {
    std::mt19937 chance(seed);
    const auto one_of = [&](uint32_t many) { return static_cast<uint32_t>(chance() % many); };
    const std::vector<std::string> types = {"add_to_cart",  "add_to_cart", "checkout", "use_item",
                                            "purchase_axe", "clear_cart",  "default"};
    std::vector<uint32_t> offsets(3, 0);
    for (size_t i = 0; i < count; ++i) {
      const std::string user = fmt::format("user{}", one_of(9));
      const std::string key = one_of(12) == 0 ? fmt::format("user{}", one_of(9)) : user;
      const size_t home = std::hash<std::string>{}(user) % 3;
      const size_t partition = one_of(20) == 0 ? one_of(3) : home;
      offsets[partition] += 1 + (one_of(4) == 0 ? one_of(90'000) : 0U);
      events.push_back(
          {key,
           fmt::format(R"({{"event_type":"{}","user":"{}","item":"axe","price":{},"quantity":{},)"
                       R"("event_id":"{}"}})",
                       types[one_of(7)], user, one_of(50), 1 + one_of(4), one_of(30)),
           static_cast<int32_t>(partition), offsets[partition]});
    }
    std::ranges::stable_sort(events, {}, &Event::partition);
  }
};

/// Gives a course in pieces of one partition each, as segments do.
class CourseSource final : public RecordSource {
 public:
  explicit CourseSource(const Course& course) : course_(course) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    records_.clear();
    while (next_ < course_.events.size() && records_.size() < 7) {
      const Course::Event& event = course_.events[next_];
      if (!records_.empty() && records_.front().partition != event.partition) break;
      kafka::RecordView& record = records_.emplace_back();
      record.partition = event.partition;
      record.offset = event.offset;
      record.timestamp = TimestampMs(kTestNow);
      record.key = event.key;
      record.value = event.value;
      ++next_;
    }
    return std::span<const kafka::RecordView>(records_);
  }

  std::vector<int32_t> Partitions() const override { return {0, 1, 2}; }

  bool RereadsCheaply() const override { return true; }

 private:
  const Course& course_;
  size_t next_ = 0;
  std::vector<kafka::RecordView> records_;
};

OpenSource Open(const Course& course) {
  return [&course]() -> Result<std::unique_ptr<RecordSource>> {
    return std::unique_ptr<RecordSource>(std::make_unique<CourseSource>(course));
  };
}

/// Adds "partition offset sale" of each of the source's.
void AddSales(RecordSource& source, std::vector<std::string>& sales) {
  while (true) {
    const auto records = source.Next();
    REQUIRE(records);
    if (records->empty()) return;
    for (const kafka::RecordView& record : *records) {
      sales.push_back(fmt::format("{} {} {}", record.partition, record.offset, *record.value));
    }
  }
}

/// What the source sells, in the order of the log: all of it, or what its parts do.
std::vector<std::string> SalesInParts(const Course& course, size_t parts) {
  auto source = SalesOf(Open(course), kSalesBytesMax)();
  REQUIRE(source);
  std::vector<std::string> sales;
  if (parts == 1) {
    AddSales(**source, sales);
  } else {
    for (const auto& part : (*source)->Split(parts)) AddSales(*part, sales);
  }
  std::ranges::sort(sales);
  return sales;
}

TEST_CASE("who is forgotten does not depend on the parts") {
  const std::string buy = R"({"event_type":"purchase_axe","user":"ann","event_id":"1"})";
  const std::string use = R"({"event_type":"use_item","user":"ann","item":"axe"})";
  for (int i = 0; i < 8; ++i) {  // some of these users are in another part than ann
    const std::string other = fmt::format("user{}", i);
    Course course(1, 0);
    course.events = {{"ann", buy, 0, 0}, {"ann", use, 0, 1}, {other, "{}", 0, 200'000}};
    course.events.push_back({"ann", buy, 1, 0});
    CHECK(SalesInParts(course, 1).size() == 2);
    CHECK(SalesInParts(course, 2) == SalesInParts(course, 1));
  }
}

TEST_CASE("parts sell together what one sells") {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    const Course course(seed, 400);
    const auto whole = SalesInParts(course, 1);
    CHECK(whole.size() > 50);
    for (const size_t parts : {size_t{2}, size_t{3}, size_t{16}}) {
      CHECK(SalesInParts(course, parts) == whole);
    }
  }
}

TEST_CASE("sales are one part where reading again costs more, or users share what room there is") {
  const std::vector<Message> messages = {Keyed("ann", R"("event_type":"purchase_axe")")};
  CHECK((*SalesOf(Topic(messages), kSalesBytesMax)())->Split(2).empty());
  const Course course(1, 10);
  CHECK((*SalesOf(Open(course), kSalesBytesMax)())->Split(2).size() == 2);
  CHECK((*SalesOf(Open(course), size_t{5} << 30)())->Split(2).empty());
}

TEST_CASE("the memory is that of all parts") {
  Course course(1, 0);
  for (int64_t i = 0; i < 6'000; ++i) {
    const std::string user = fmt::format("user{}", i);
    course.events.push_back(
        {user, fmt::format(R"({{"event_type":"purchase_axe","user":"{}"}})", user), 0, i});
  }
  const auto ends = [&](size_t bytes_max) {
    const auto parts = (*SalesOf(Open(course), bytes_max)())->Split(2);
    REQUIRE(parts.size() == 2);
    bool whole = true;
    for (const auto& part : parts) {
      auto records = part->Next();
      while (records && !records->empty()) records = part->Next();
      if (!records) whole = false;
    }
    return whole;
  };
  CHECK(ends(size_t{4} << 20));
  CHECK_FALSE(ends(size_t{3} << 19));  // either's would fit
}

}  // namespace
}  // namespace gamevents::report
