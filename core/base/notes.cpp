#include "core/base/notes.h"

#include "core/base/terminal.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

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

/// Writes each line of a note behind a head of its own, so that a line break in a name from
/// outside cannot begin a line that looks like another note.
class LineFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto append = [&](std::string_view text) {
      out.append(text.data(), text.data() + text.size());
    };
    const auto level = spdlog::level::to_string_view(message.level);
    std::string_view rest(message.payload.data(), message.payload.size());
    while (true) {
      append("gamevents: ");
      const size_t level_begin = out.size();
      append({level.data(), level.size()});
      // The sink can colour one place: the first line's level.
      if (message.color_range_end == 0) {
        message.color_range_start = level_begin;
        message.color_range_end = out.size();
      }
      append(": ");
      const size_t end = rest.find('\n');
      append(EscapeControls(rest.substr(0, end), "\t"));
      append("\n");
      if (end == rest.npos) return;
      rest.remove_prefix(end + 1);
    }
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
