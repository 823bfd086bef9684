#include "cmd/serve/reloads.h"

#include "core/base/notes.h"

#include <algorithm>
#include <utility>

namespace gamevents::cmd {

void Reloads::Add(std::string name, std::function<Status()> read, std::function<bool()> changed) {
  all_.push_back({std::move(name), std::move(read), std::move(changed)});
}

bool Reloads::Read(const Named& each) {
  const Status done = each.read();
  if (done) {
    Note(NoteLevel::kInfo, each.name + ": read again");
  } else {
    Note(NoteLevel::kError,
         each.name + ": not read again, what was there before stays: " + done.error().context);
  }
  return done.ok();
}

size_t Reloads::Run() const {
  return static_cast<size_t>(
      std::ranges::count_if(all_, [](const Named& each) { return !Read(each); }));
}

bool Reloads::watches() const {
  return std::ranges::any_of(all_, [](const Named& each) { return each.changed != nullptr; });
}

void Reloads::RunChanged() const {
  for (const Named& each : all_) {
    if (each.changed && each.changed()) Read(each);
  }
}

}  // namespace gamevents::cmd
