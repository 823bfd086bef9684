#pragma once

#include "core/base/clock.h"
#include "core/base/notes.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gamevents {

/// Which notes begin with the time at which they were written.
enum class NoteTimes : uint8_t {
  kNone,
  kTroubles,  ///< warnings and errors
  kAll,
};

/// What stands around the text of a note.
struct NoteForm {
  bool json = false;        ///< one JSON object per note, with "time", "level" and "message"
  bool priorities = false;  ///< each line begins with its priority, "<4>", for systemd's journal
  NoteTimes times = NoteTimes::kNone;
};

/// The form that suits this process's stderr. The journal keeps the times itself and reads
/// priorities. Elsewhere a service notes all times; any other command those of warnings and
/// errors, and none on a terminal.
NoteForm FormForStderr(bool is_service);

/// Whether `journal_stream`, as systemd sets JOURNAL_STREAM, names the file behind `fd`: its device
/// and inode in decimal, "8:1234" (systemd.exec(5)).
bool NamesFile(std::string_view journal_stream, int fd);

/// How notes are written from now on; until then as text with nothing before it. To be called
/// before there are threads.
void SetNoteForm(const NoteForm& form);

/// How notes are written.
const NoteForm& CurrentNoteForm();

/// A note as it is written, each line of `text` as "gamevents: level: line" behind what the form
/// asks for, so that a line break in a name from outside cannot begin a line that looks like
/// another note. Nothing in it reaches a terminal as a command: it is shown as "\x1B".
std::string FormatNote(NoteLevel level, TimestampMs time, std::string_view text,
                       const NoteForm& form);

/// Why a command failed: as a note of an error, but in text without a time and a level,
/// "gamevents: line".
std::string FormatFailure(TimestampMs time, std::string_view text, const NoteForm& form);

/// A line that other programs look for: in text it has nothing before it.
std::string FormatStatus(TimestampMs time, std::string_view line, const NoteForm& form);

}  // namespace gamevents
