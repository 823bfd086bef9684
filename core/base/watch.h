#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gamevents {

/// Threads that must answer while a process is well: each is asked to run a task, and one that is
/// stuck does not. Used by one thread; the tasks run in those that are watched.
class Watch {
 public:
  /// Has a thread run the task soon, and does not wait for it. The task may be dropped at the end
  /// of the thread.
  using Post = std::function<void(std::function<void()> task)>;

  /// `name` is what messages call it: "HTTP event loop 2".
  void Add(std::string name, Post post);

  /// The names of those that have not answered what they were asked at the call before; the others
  /// are asked again, so that no thread ever has more than one question before it. The first call
  /// gives none.
  std::vector<std::string> Ask();

 private:
  struct Watched {
    std::string name;
    Post post;
    std::shared_ptr<std::atomic<bool>> answered;
  };
  std::vector<Watched> all_;
};

}  // namespace gamevents
