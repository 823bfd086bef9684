// Goal: what a thread puts off in its burst is done once, at the end of it, and nothing is put off
// without one. Method: tasks that count.
#include "core/base/burst.h"

#include "tests/unit/catch.h"

#include <thread>

namespace gamevents {
namespace {

int done = 0;
int done_otherwise = 0;

void Do() { ++done; }
void DoOtherwise() { ++done_otherwise; }

}  // namespace

TEST_CASE("what is put off in a burst is done once, at its end") {
  done = done_otherwise = 0;
  {
    const Burst outer;
    CHECK(Burst::PutOff(&Do));
    {
      const Burst inner;
      CHECK(Burst::PutOff(&Do));
      CHECK(Burst::PutOff(&DoOtherwise));
    }
    CHECK((done == 0 && done_otherwise == 0));
  }
  CHECK((done == 1 && done_otherwise == 1));
  {
    const Burst next;
  }
  CHECK(done == 1);
}

TEST_CASE("without a burst of its own a thread puts nothing off") {
  CHECK_FALSE(Burst::PutOff(&Do));
  const Burst burst;
  bool put_off = true;
  std::thread([&put_off] { put_off = Burst::PutOff(&Do); }).join();
  CHECK_FALSE(put_off);
}

}  // namespace gamevents
