#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// What the program tells people beside its answer: to stderr, by spdlog, which is slow to compile
// and therefore stays out of this header.

namespace gamevents {

/// How urgent a note is, ascending.
enum class NoteLevel : uint8_t { kTrace, kDebug, kInfo, kWarning, kError };

/// From now on notes are written to stderr, those of `level` and above, as FormatNote writes them
/// in the form that is current (note_form.h). Nothing in them reaches a terminal as a command: it
/// is shown as "\x1B". Call once, before anything is noted.
void StartNotes(NoteLevel level, bool colored);

/// How much is noted from now on: a value of log.level.
void SetNoteLevel(const std::string& level);

/// Whether a note of `level` is written.
bool IsNoted(NoteLevel level);

/// Writes a note. Any thread may.
void Note(NoteLevel level, std::string_view text);

}  // namespace gamevents
