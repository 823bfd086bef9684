// Goal: answers leave in the order of their requests, each once. Method: a queue filled in every
// order, and beside a plain model for many turns.
#include "core/http/reply_queue.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

namespace gamevents::http {
namespace {

Response Numbered(uint64_t number) {
  Response response;
  response.body = std::to_string(number);
  return response;
}

}  // namespace

TEST_CASE("whatever order answers are given in, they leave in their own") {
  std::vector<uint64_t> order = {0, 1, 2, 3};
  size_t turns = 0;
  do {
    ReplyQueue queue;
    for (uint64_t i = 0; i < 4; ++i) CHECK(queue.Push({}) == i);
    std::string left;
    for (const uint64_t number : order) {
      CHECK(queue.Put(number, Numbered(number)));
      CHECK_FALSE(queue.Put(number, Numbered(9)));
      while (queue.Ready() != nullptr) {
        left += queue.Ready()->response->body;
        queue.Pop();
      }
    }
    CHECK(left == "0123");
    CHECK(queue.empty());
    CHECK_FALSE(queue.Put(0, Numbered(0)));
    CHECK_FALSE(queue.Put(4, Numbered(4)));
    ++turns;
  } while (std::ranges::next_permutation(order).found);
  CHECK(turns == 24);
}

TEST_CASE("bytes are counted as asked for until the answer, and as ready until it leaves") {
  ReplyQueue queue;
  for (int i = 0; i < 3; ++i) queue.NoteHeld(queue.Push({}), 100);
  (void)queue.Push({});
  CHECK(queue.asked_bytes() == 300);
  CHECK(queue.ready_bytes() == 0);
  Response large;
  large.body = std::string(5'000, 'x');
  CHECK(queue.Put(1, Response(large)));
  CHECK(queue.asked_bytes() == 200);
  const size_t ready = queue.ready_bytes();
  CHECK(ready >= 5'000);
  CHECK_FALSE(queue.Put(1, Response(large)));
  CHECK(queue.ready_bytes() == ready);
  CHECK(queue.Put(0, Numbered(0)));
  (void)queue.Hold();
  CHECK(queue.ready_bytes() == ready);  // what is held has left
  queue.Release();
  queue.Pop();
  CHECK(queue.ready_bytes() == 0);
  CHECK(queue.asked_bytes() == 100);
}

TEST_CASE("an answer that is held lets none after it go") {
  ReplyQueue queue;
  for (int i = 0; i < 2; ++i) (void)queue.Push({});
  CHECK(queue.Put(1, Numbered(1)));
  CHECK(queue.Put(0, Numbered(0)));
  CHECK(queue.Hold().body == "0");
  CHECK(queue.Ready() == nullptr);
  CHECK(queue.size() == 2);
  CHECK_FALSE(queue.Put(0, Numbered(9)));
  queue.Release();
  REQUIRE(queue.Ready() != nullptr);
  CHECK(queue.Ready()->response->body == "1");
  queue.Pop();
  CHECK(queue.empty());
}

TEST_CASE("a queue that is never empty stays right and keeps its forms") {
  ReplyQueue queue;
  std::deque<uint64_t> asked;
  uint32_t random = 1;
  uint64_t left = 0;
  for (int turn = 0; turn < 10'000; ++turn) {
    random = random * 1'664'525 + 1'013'904'223;
    if (asked.size() < 3 || (asked.size() < 100 && random >> 31 == 0)) {
      const uint64_t number = queue.Push({.head_only = (random & 1024) != 0});
      asked.push_back(number);
      CHECK(queue.Put(number, Numbered(number * 2 + ((random & 1024) != 0))));
    } else {
      REQUIRE(queue.Ready() != nullptr);
      CHECK(queue.Ready()->response->body ==
            std::to_string(left * 2 + queue.Ready()->form.head_only));
      queue.Pop();
      asked.pop_front();
      ++left;
    }
    REQUIRE(queue.size() == asked.size());
  }
}

}  // namespace gamevents::http
