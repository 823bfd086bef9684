#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// What commands tell people beside their answer: to stderr. The rooms of core/ note through the
// same spdlog logger; commands come by here, where no template of spdlog is compiled once more.

namespace gamevents::cmd {

enum class NoteLevel : uint8_t { kTrace, kDebug, kInfo, kWarning, kError };

/// From now on notes are written to stderr, those of `level` and above, each line of one as
/// "gamevents: level: line". Nothing in them reaches a terminal as a command: it is shown as
/// "\x1B". Call once, before anything is noted.
void StartNotes(NoteLevel level, bool colored);

/// How much is noted from now on: a value of log.level.
void SetNoteLevel(const std::string& level);

/// Whether a note of `level` is written.
bool IsNoted(NoteLevel level);

/// Writes a note. Any thread may.
void Note(NoteLevel level, std::string_view text);

}  // namespace gamevents::cmd
