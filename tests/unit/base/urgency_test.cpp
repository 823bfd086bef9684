// Goal: a thread's urgency is that of those it starts, takes no niceness away, and leaves a policy
// that was chosen for the process. Method: ask the kernel, in threads of their own.
#include "core/base/urgency.h"

#include "tests/unit/catch.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>

namespace gamevents {
namespace {

int PolicyHere() { return ::sched_getscheduler(0); }

int NicenessHere() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

}  // namespace

TEST_CASE("urgency is inherited, and can be changed by who inherits it") {
  int awaited = -1;
  int inherited = -1;
  int aside = -1;
  int started_aside = -1;
  int niceness = -1;
  int niceness_before = -1;
  std::thread outer([&] {
    const sched_param none{};
    if (::sched_setscheduler(0, SCHED_OTHER, &none) != 0) return;
    if (::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 17) != 0) return;
    SetUrgency(Urgency::kAwaited);
    awaited = PolicyHere();
    niceness_before = NicenessHere();
    std::thread inner([&] {
      inherited = PolicyHere();
      SetUrgency(Urgency::kAside);
      aside = PolicyHere();
      niceness = NicenessHere();
      std::thread([&] { started_aside = PolicyHere(); }).join();
    });
    inner.join();
  });
  outer.join();
  CHECK(awaited == SCHED_OTHER);
  CHECK(inherited == SCHED_OTHER);
  CHECK(aside == SCHED_BATCH);
  CHECK(started_aside == SCHED_BATCH);
  CHECK(niceness_before == 17);
  CHECK(niceness == 17);
}

TEST_CASE("who goes aside is nicer than the others") {
  int niceness = -100;
  std::thread thread([&] {
    SetUrgency(Urgency::kAside);
    niceness = NicenessHere();
  });
  const int others = NicenessHere();
  thread.join();
  CHECK((niceness > others || others >= 15));
}

TEST_CASE("a policy that was chosen for the process is kept") {
  int policy = -1;
  std::thread thread([&] {
    const sched_param none{};
    if (::sched_setscheduler(0, SCHED_IDLE, &none) != 0) return;
    SetUrgency(Urgency::kAwaited);
    policy = PolicyHere();
  });
  thread.join();
  CHECK(policy == SCHED_IDLE);
}

}  // namespace gamevents
