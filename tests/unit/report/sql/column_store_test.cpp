// Goal: columns are read once, grow with the topic, are read again when it is another, and go
// where the memory ends; the rows are right in every case. Method: a topic in memory whose
// ranges the test sets, and that counts how often it is opened.

#include "core/report/sql/column_store.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <variant>
#include <vector>

namespace gamevents::report::sql {
namespace {

using Texts = std::vector<std::string>;

const Column kType{"type", {"type"}};
const Column kN{"n", {"n"}};
const Column kEvent{"_json", {}, RecordColumn::kJson};

/// A topic of one partition, of which a store is told how far it goes.
struct GrowingTopic {
  std::vector<Message> messages;
  int64_t begin = 0;
  int opened = 0;
  ColumnStore store;

  explicit GrowingTopic(int64_t bytes_max = 1 << 20)
      : store(
            [this](const ColumnStore::Ranges& ranges) -> OpenSource {
              opened += 1;
              std::vector<Message> some;
              for (const auto& range : ranges) {
                some.assign(messages.begin() + (range.begin - begin),
                            messages.begin() + (range.end - begin));
              }
              return Topic(some);
            },
            bytes_max) {}

  void Add(int from, int to) {
    for (int i = from; i < to; ++i) {
      messages.push_back({fmt::format(R"({{"type":"t{}","n":{}}})", i % 3, i)});
    }
  }
  Status Update(const std::set<std::string>& words = {}) {
    return store.Update({{0, begin, begin + static_cast<int64_t>(messages.size())}}, words,
                        nullptr);
  }
  bool Keep(const std::vector<Column>& columns) { return store.Keep(columns, nullptr).value(); }
  Texts TypesKept() const {
    Texts texts;
    const auto column = store.Find(kType);
    for (size_t row = 0; row < column->rows(); ++row) {
      texts.emplace_back(std::get<std::string_view>(column->At(row)));
    }
    return texts;
  }
};

TEST_CASE("a column is read once, and the words of a statement with the first pass") {
  GrowingTopic topic;
  topic.Add(0, 4);
  REQUIRE(topic.Update({"type", "SELECT"}));
  CHECK(topic.opened == 1);
  CHECK(topic.store.fields() == Texts{"type", "n"});
  CHECK(topic.Keep({kType}));
  CHECK(topic.opened == 1);
  CHECK(topic.TypesKept() == Texts{"t0", "t1", "t2", "t0"});
  CHECK(topic.store.Find({"SELECT", {"SELECT"}}) == nullptr);
  CHECK(topic.Keep({kType, kN}));
  CHECK(topic.opened == 2);
  REQUIRE(topic.Update({"n"}));
  CHECK(topic.opened == 2);
}

TEST_CASE("what has come since is added to the columns that are kept") {
  GrowingTopic topic;
  topic.Add(0, 2);
  REQUIRE(topic.Update({"type"}));
  topic.messages.push_back({"7"});
  topic.messages.push_back({R"({"type":"new","late":1})"});
  REQUIRE(topic.Update());
  CHECK(topic.opened == 2);
  CHECK(topic.TypesKept() == Texts{"t0", "t1", "new"});
  CHECK(topic.store.fields() == Texts{"type", "n", "late"});
  CHECK(topic.store.rows() == 3);
  // A further column reads all again, so that the rows of both stand in one order.
  CHECK(topic.Keep({kN}));
  CHECK(topic.TypesKept() == Texts{"t0", "t1", "new"});
  CHECK(topic.store.Find(kN)->rows() == 3);
}

TEST_CASE("a field of late events is null before") {
  GrowingTopic topic;
  topic.messages = {{R"({"n":1})"}, {R"({"n":2})"}, {R"({"type":"t"})"}, {R"({"n":3})"}};
  REQUIRE(topic.Update({"type", "n"}));
  const auto type = topic.store.Find(kType);
  REQUIRE(type->rows() == 4);
  CHECK(std::holds_alternative<std::monostate>(type->At(1)));
  CHECK(std::get<std::string_view>(type->At(2)) == "t");
  CHECK(std::holds_alternative<std::monostate>(type->At(3)));
  CHECK(topic.store.Find(kN)->rows() == 4);
}

TEST_CASE("a topic whose beginning has moved is read again") {
  GrowingTopic topic;
  topic.Add(0, 4);
  REQUIRE(topic.Update({"type"}));
  topic.messages.erase(topic.messages.begin());
  topic.begin = 1;
  REQUIRE(topic.Update({"type"}));
  CHECK(topic.TypesKept() == Texts{"t1", "t2", "t0"});
  topic.messages = {{R"({"type":"other"})"}};
  topic.begin = 0;
  REQUIRE(topic.Update({"type"}));
  CHECK(topic.TypesKept() == Texts{"other"});
  CHECK(topic.store.fields() == Texts{"type"});
}

TEST_CASE("columns make room for those that are asked for, and too large ones are not kept") {
  GrowingTopic topic(60'000);
  topic.Add(0, 4'000);
  REQUIRE(topic.Update({"type"}));
  CHECK(topic.store.Find(kType) != nullptr);
  // 4,000 different numbers take more than there is.
  CHECK_FALSE(topic.Keep({kType, kN}));
  const int opened = topic.opened;
  CHECK_FALSE(topic.Keep({kType, kN}));
  CHECK(topic.opened == opened);
  CHECK(topic.Keep({kType}));
  CHECK_FALSE(topic.Keep({kEvent}));
  CHECK(topic.store.bytes() <= 60'000);
}

TEST_CASE("what a statement has found stays, whatever another of its scans needs") {
  GrowingTopic topic(60'000);
  topic.Add(0, 4'000);
  REQUIRE(topic.Update({"type"}));
  const auto held = topic.store.Find(kType);
  CHECK_FALSE(topic.Keep({kN}));
  CHECK(held->rows() == 4'000);
}

TEST_CASE("an interrupt leaves what there was") {
  std::vector<Message> messages = {{R"({"type":"a"})"}};
  bool interrupted = false;
  ColumnStore store(
      [&](const ColumnStore::Ranges&) -> OpenSource {
        return [&]() -> Result<std::unique_ptr<RecordSource>> {
          auto source = std::make_unique<MemorySource>(messages);
          if (interrupted) source->fails_at = 0;
          source->fault = Fault::kClosed;
          return std::unique_ptr<RecordSource>(std::move(source));
        };
      },
      1 << 20);
  REQUIRE(store.Update({{0, 0, 1}}, {"type"}, nullptr));
  interrupted = true;
  CHECK(store.Update({{0, 0, 2}}, {}, nullptr).error().fault == Fault::kClosed);
  CHECK(store.rows() == 1);
  CHECK(store.Keep(std::vector{kN}, nullptr).error().fault == Fault::kClosed);
  interrupted = false;
  REQUIRE(store.Update({{0, 0, 2}}, {}, nullptr));
  CHECK(store.Find(kType)->rows() == 2);
}

}  // namespace
}  // namespace gamevents::report::sql
