// Goal: copies of a function share one target, which goes with the last of them. Method: targets
// that count, that cannot be copied and that cannot be moved.
#include "core/base/shared_function.h"

#include "tests/unit/catch.h"

#include <memory>
#include <string>
#include <utility>

namespace gamevents {
namespace {

// Says when it goes.
class Counter {
 public:
  explicit Counter(int& ended) : ended_(ended) {}
  ~Counter() { ++ended_; }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  int operator()(int step) { return count_ += step; }

 private:
  int& ended_;
  int count_ = 0;
};

}  // namespace

TEST_CASE("copies call the same target, and the last one ends it") {
  int ended = 0;
  {
    const SharedFunction<int(int)> first(std::in_place_type<Counter>, ended);
    SharedFunction<int(int)> second = first;
    CHECK(first(1) == 1);
    CHECK(second(2) == 3);
    second = nullptr;
    CHECK(ended == 0);
    CHECK(first(1) == 4);
  }
  CHECK(ended == 1);
}

TEST_CASE("a function that has no target says so") {
  SharedFunction<void()> none;
  CHECK_FALSE(none);
  none = [] {};
  CHECK(none);
  const SharedFunction<void()> taken = std::move(none);
  CHECK(taken);
  CHECK_FALSE(none);  // NOLINT: this is what is tested
  CHECK_FALSE(std::exchange(none, nullptr));
}

TEST_CASE("what is handed over is not copied on its way, nor need the target be copyable") {
  std::string seen;
  const SharedFunction<void(std::unique_ptr<std::string>&&)> take =
      [&seen, kept = std::make_unique<int>(7)](std::unique_ptr<std::string> text) {
        seen = *text + std::to_string(*kept);
      };
  take(std::make_unique<std::string>("sword"));
  CHECK(seen == "sword7");
}

}  // namespace gamevents
