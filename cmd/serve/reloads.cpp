#include "cmd/serve/reloads.h"

#include "core/base/notes.h"

#include <utility>

namespace gamevents::cmd {

void Reloads::Add(std::string name, std::function<Status()> read) {
  all_.push_back({std::move(name), std::move(read)});
}

size_t Reloads::Run() const {
  size_t failed = 0;
  for (const Named& each : all_) {
    if (const Status done = each.read(); done) {
      Note(NoteLevel::kInfo, each.name + ": read again");
    } else {
      ++failed;
      Note(NoteLevel::kError,
           each.name + ": not read again, what was there before stays: " + done.error().context);
    }
  }
  return failed;
}

}  // namespace gamevents::cmd
