#include "cmd/serve/reloads.h"

#include "core/base/notes.h"
#include "core/config/changes.h"
#include "core/config/load.h"

#include <algorithm>
#include <utility>

namespace gamevents::cmd {
namespace {

Status ReloadSettings(const Context& context) {
  const auto loaded = config::Load(context.config_file, context.overrides);
  if (!loaded) return Error(loaded.error());
  if (!context.noted_by_flag) SetNoteLevel(loaded->settings.log.level);
  for (const std::string& key : config::ChangedKeys(context.config.settings, loaded->settings)) {
    if (key == "log.level") continue;
    Note(NoteLevel::kWarning, key + " is changed: that needs a restart");
  }
  return Done{};
}

}  // namespace

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

void AddSettings(const Context& context, Reloads& reloads) {
  reloads.Add("log.level", [&context] { return ReloadSettings(context); });
}

void Reloads::RunChanged() const {
  for (const Named& each : all_) {
    if (each.changed && each.changed()) Read(each);
  }
}

}  // namespace gamevents::cmd
