#include "core/base/urgency.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace gamevents {
namespace {

// As sched_setattr(2) has it: the kernel's header cannot be included beside <sched.h> everywhere,
// and the C library has this only from 2.41 on.
struct SchedulerAttributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
};

// The shortest that the kernel gives.
constexpr uint64_t kShortSliceNs = 100'000;
constexpr uint64_t kUsualSlice = 0;
// Its share beside one thread of the usual niceness that works all the time is 3 %.
constexpr int32_t kNicenessAside = 15;

}  // namespace

void SetUrgency(Urgency urgency) {
  // What this leaves out, such as the niceness, would be reset.
  SchedulerAttributes attributes{};
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0) return;
  // Whoever started the process chose another.
  if (attributes.policy != SCHED_OTHER && attributes.policy != SCHED_BATCH) return;
  if (urgency == Urgency::kAwaited) {
    attributes.policy = SCHED_OTHER;
    attributes.runtime = kShortSliceNs;
  } else {
    attributes.policy = SCHED_BATCH;
    attributes.runtime = kUsualSlice;
    attributes.nice = std::max(attributes.nice, kNicenessAside);
  }
  static_cast<void>(::syscall(SYS_sched_setattr, 0, &attributes, 0));
}

}  // namespace gamevents
