#pragma once

namespace gamevents {

/// A stretch in which one thread reports many things one after another: what each of them would do
/// for itself, such as to lock and to wake another thread, is put off and done once at its end. Who
/// is in one must not wait for what was put off. A burst within another is a part of that one.
class Burst {
 public:
  using Task = void (*)();

  Burst();
  /// Does what was put off.
  ~Burst();
  Burst(const Burst&) = delete;
  Burst& operator=(const Burst&) = delete;

  /// Has `task` called at the end of the calling thread's burst: once, however often it is put off.
  /// False when the thread is in none: then the caller does it at once.
  static bool PutOff(Task task);
};

}  // namespace gamevents
