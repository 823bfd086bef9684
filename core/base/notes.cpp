#include "core/base/notes.h"

#include "core/base/note_form.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <utility>

namespace gamevents {
namespace {

spdlog::level::level_enum LevelOf(NoteLevel level) {
  switch (level) {
    case NoteLevel::kTrace:
      return spdlog::level::trace;
    case NoteLevel::kDebug:
      return spdlog::level::debug;
    case NoteLevel::kInfo:
      return spdlog::level::info;
    case NoteLevel::kWarning:
      return spdlog::level::warn;
    case NoteLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

NoteLevel NoteLevelOf(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
      return NoteLevel::kTrace;
    case spdlog::level::debug:
      return NoteLevel::kDebug;
    case spdlog::level::warn:
      return NoteLevel::kWarning;
    case spdlog::level::err:
    case spdlog::level::critical:
      return NoteLevel::kError;
    case spdlog::level::info:
    case spdlog::level::off:
    case spdlog::level::n_levels:
      break;
  }
  return NoteLevel::kInfo;
}

class LineFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    using std::chrono::milliseconds;
    const auto since_1970 = message.time.time_since_epoch();
    const TimestampMs time(std::chrono::duration_cast<milliseconds>(since_1970).count());
    const NoteForm& form = CurrentNoteForm();
    const std::string lines = FormatNote(NoteLevelOf(message.level), time,
                                         {message.payload.data(), message.payload.size()}, form);
    out.append(lines.data(), lines.data() + lines.size());
    if (form.json) return;
    // The sink can colour one place: the first line's level.
    constexpr std::string_view kName = "gamevents: ";
    message.color_range_start = lines.find(kName) + kName.size();
    message.color_range_end = lines.find(':', message.color_range_start);
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>();
  }
};

}  // namespace

void StartNotes(NoteLevel level, bool colored) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  sink->set_color_mode(colored ? spdlog::color_mode::always : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("gamevents", std::move(sink));
  logger->set_formatter(std::make_unique<LineFormatter>());
  logger->set_level(LevelOf(level));
  spdlog::set_default_logger(std::move(logger));
}

void SetNoteLevel(const std::string& level) {
  spdlog::default_logger()->set_level(spdlog::level::from_str(level));
}

bool IsNoted(NoteLevel level) { return spdlog::should_log(LevelOf(level)); }

void Note(NoteLevel level, std::string_view text) {
  spdlog::default_logger_raw()->log(LevelOf(level),
                                    spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace gamevents
