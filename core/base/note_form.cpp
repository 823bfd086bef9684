#include "core/base/note_form.h"

#include "core/base/terminal.h"
#include "core/base/text.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>

namespace gamevents {
namespace {

struct LevelRow {
  std::string_view name;
  std::string_view priority;  // of syslog, as sd-daemon(3) writes it
};

// In the order of NoteLevel.
constexpr auto kLevelRows = std::to_array<LevelRow>({
    {"trace", "<7>"},
    {"debug", "<7>"},
    {"info", "<6>"},
    {"warning", "<4>"},
    {"error", "<3>"},
});

// Set before there are threads.
NoteForm& FormOfProcess() {
  static NoteForm form;
  return form;
}

const LevelRow& RowOf(NoteLevel level) { return kLevelRows.at(static_cast<size_t>(level)); }

std::string_view PriorityOf(NoteLevel level, const NoteForm& form) {
  return form.priorities ? RowOf(level).priority : std::string_view();
}

std::string TimeHead(NoteLevel level, TimestampMs time, const NoteForm& form) {
  const bool timed = form.times == NoteTimes::kAll ||
                     (form.times == NoteTimes::kTroubles && level >= NoteLevel::kWarning);
  return timed ? FormatTimestamp(time) + " " : std::string();
}

// Each line of `text` behind `head`.
std::string Lines(const std::string& head, std::string_view text) {
  std::string lines;
  while (true) {
    const size_t end = text.find('\n');
    lines.append(head).append(EscapeControls(text.substr(0, end), "\t")).append("\n");
    if (end == text.npos) return lines;
    text.remove_prefix(end + 1);
  }
}

// `text` as UTF-8: what is none has each byte beyond ASCII written as "\xFF".
std::string Utf8Of(std::string_view text) {
  if (IsUtf8(text)) return std::string(text);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8.push_back(c);
    } else {
      utf8.append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    }
  }
  return utf8;
}

std::string JsonLine(NoteLevel level, TimestampMs time, std::string_view text,
                     const NoteForm& form) {
  std::string line(PriorityOf(level, form));
  line.append(R"({"time":")").append(FormatTimestamp(time));
  line.append(R"(","level":")").append(RowOf(level).name).append(R"(","message":)");
  AppendJsonString(line, EscapeControls(Utf8Of(text), "\t\n"));
  return line.append("}\n");
}

}  // namespace

void SetNoteForm(const NoteForm& form) { FormOfProcess() = form; }

const NoteForm& CurrentNoteForm() { return FormOfProcess(); }

bool NamesFile(std::string_view journal_stream, int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return false;
  return journal_stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

NoteForm FormForStderr(bool is_service) {
  NoteForm form;
  const char* journal = std::getenv("JOURNAL_STREAM");
  if (journal != nullptr && NamesFile(journal, STDERR_FILENO)) {
    form.priorities = true;
  } else if (is_service) {
    form.times = NoteTimes::kAll;
  } else if (::isatty(STDERR_FILENO) != 1) {
    form.times = NoteTimes::kTroubles;
  }
  return form;
}

std::string FormatNote(NoteLevel level, TimestampMs time, std::string_view text,
                       const NoteForm& form) {
  if (form.json) return JsonLine(level, time, text, form);
  std::string head(PriorityOf(level, form));
  head.append(TimeHead(level, time, form)).append("gamevents: ");
  return Lines(head.append(RowOf(level).name).append(": "), text);
}

std::string FormatFailure(TimestampMs time, std::string_view text, const NoteForm& form) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (form.json) return JsonLine(NoteLevel::kError, time, text, form);
  return Lines(std::string(PriorityOf(NoteLevel::kError, form)) + "gamevents: ", text);
}

std::string FormatStatus(TimestampMs time, std::string_view line, const NoteForm& form) {
  if (form.json) return JsonLine(NoteLevel::kInfo, time, line, form);
  return EscapeControls(line, "\t") + "\n";
}

}  // namespace gamevents
