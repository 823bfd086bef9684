#pragma once

#include <cstdint>

namespace gamevents {

/// Who waits for a thread's work, for the scheduler of the system.
enum class Urgency : uint8_t {
  kAwaited,  ///< somebody does, and it is done in moments: it gets the processor soon, not more of
             ///< it
  kAside,  ///< nobody does: it takes what the others leave, and a small share if they leave nothing
};

/// Says so of the calling thread, and of those that it starts from then on. A thread that went
/// aside stays so: the way back takes a privilege. A policy that whoever started the process chose
/// (SCHED_FIFO, SCHED_IDLE) is left, and where the system forbids the call all stays as it was.
///
/// kAwaited is a short slice, which Linux knows from 6.12 on (sched_setattr(2); "Earliest Eligible
/// Virtual Deadline First", Stoica and Abdel-Wahab 1995). kAside is SCHED_BATCH and a niceness.
void SetUrgency(Urgency urgency);

}  // namespace gamevents
