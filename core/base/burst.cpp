#include "core/base/burst.h"

#include <algorithm>
#include <vector>

namespace gamevents {
namespace {

struct ThreadsBurst {
  int depth = 0;
  std::vector<Burst::Task> tasks;
};

ThreadsBurst& BurstOfThread() {
  thread_local ThreadsBurst burst;
  return burst;
}

}  // namespace

Burst::Burst() { ++BurstOfThread().depth; }

Burst::~Burst() {
  ThreadsBurst& burst = BurstOfThread();
  if (--burst.depth > 0) return;
  for (const Task task : burst.tasks) task();
  burst.tasks.clear();
}

bool Burst::PutOff(Task task) {
  ThreadsBurst& burst = BurstOfThread();
  if (burst.depth == 0) return false;
  if (std::ranges::find(burst.tasks, task) == burst.tasks.end()) burst.tasks.push_back(task);
  return true;
}

}  // namespace gamevents
