#include "cmd/shell/line_editor.h"

#include "cmd/terminal_size.h"
#include "core/base/file.h"
#include "core/base/stop.h"
#include "core/report/table/terminal_text.h"
#include "core/report/table/utf8.h"

#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

struct EndEditor {
  void operator()(EditLine* editor) const { el_end(editor); }
};
struct EndHistory {
  void operator()(HistoryW* history) const { history_wend(history); }
};

std::wstring Wide(std::string_view text) {
  std::wstring wide;
  while (!text.empty()) {
    const report::CodePoint point = report::FirstCodePoint(text);
    wide.push_back(static_cast<wchar_t>(point.value));
    text.remove_prefix(point.bytes);
  }
  return wide;
}

std::string Narrow(std::wstring_view wide) {
  std::string text;
  for (const wchar_t each : wide) {
    const auto value = static_cast<char32_t>(each);
    report::AppendUtf8(text, value <= 0x10FFFF ? value : U'?');
  }
  return text;
}

/// As one line, whatever it was typed on.
std::string OnOneLine(std::string_view statement) {
  std::string line(statement);
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

/// The file's last lines, at most kHistoryMax; none where there is no file.
std::vector<std::string> LastLines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  if (lines.size() > kHistoryMax) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kHistoryMax));
  }
  return lines;
}

Result<FileDescriptor> OpenHistory(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code failed;
  std::filesystem::create_directories(folder.parent_path(), failed);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return SystemError("the history: " + folder.string(), errno);
  }
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (file.get() < 0) return SystemError("the history: " + path, errno);
  return file;
}

/// Keeps the file's last lines only, once it has grown to twice as many. A failure leaves it long.
void Shorten(const std::string& path) {
  const std::vector<std::string> kept = LastLines(path);
  std::error_code failed;
  size_t bytes = 0;
  for (const std::string& line : kept) bytes += line.size() + 1;
  if (kept.size() < kHistoryMax || std::filesystem::file_size(path, failed) < 2 * bytes || failed) {
    return;
  }
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (file.get() < 0) return;
  for (const std::string& line : kept) {
    if (auto written = WriteAll(file.get(), line + "\n"); !written) return;
  }
}

}  // namespace

struct LineEditor::Impl {
  std::unique_ptr<HistoryW, EndHistory> history;
  std::unique_ptr<EditLine, EndEditor> editor;
  FileDescriptor file;
  Complete complete;
  std::wstring prompt;
  bool cancelled = false;

  static Impl& Of(EditLine* editor) {
    void* self = nullptr;
    el_wget(editor, EL_CLIENTDATA, &self);
    return *static_cast<Impl*>(self);
  }

  static wchar_t* Prompt(EditLine* editor) { return Of(editor).prompt.data(); }
  static int ReadCharacter(EditLine* editor, wchar_t* out);
  static unsigned char OnTab(EditLine* editor, wint_t);
  static unsigned char OnCancel(EditLine* editor, wint_t);

  static void List(const std::vector<std::string>& words);
};

/// Waits for a key, or for the process to be told to stop: that is the end of the input.
int LineEditor::Impl::ReadCharacter(EditLine* editor, wchar_t* out) {
  el_resize(editor);
  std::string bytes;
  while (bytes.size() < 4) {
    pollfd waits[] = {{STDIN_FILENO, POLLIN, 0}, {StopSignal::Descriptor(), POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0 && errno != EINTR) return -1;
    if (StopSignal::Requested()) {
      // Ctrl-C came before the terminal took it for a key.
      Of(editor).cancelled = StopSignal::TakeBack();
      return 0;
    }
    if (waits[0].revents == 0) continue;
    char byte = 0;
    const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return static_cast<int>(got);
    bytes.push_back(byte);
    const auto lead = static_cast<unsigned char>(bytes.front());
    const size_t whole = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (bytes.size() >= whole) break;
  }
  *out = static_cast<wchar_t>(report::FirstCodePoint(bytes).value);
  return 1;
}

unsigned char LineEditor::Impl::OnCancel(EditLine* editor, wint_t) {
  Impl& self = Of(editor);
  self.cancelled = true;
  std::fputs("^C\n", stdout);
  std::fflush(stdout);
  return CC_NEWLINE;
}

/// Writes `words` below the line, as many beside each other as the terminal has room for.
void LineEditor::Impl::List(const std::vector<std::string>& words) {
  constexpr size_t kListedMax = 200;
  size_t widest = 1;
  for (const std::string& word : words) widest = std::max(widest, report::TerminalWidth(word));
  const size_t beside = std::max<size_t>(1, TerminalSize().columns / (widest + 2));
  std::fputs("\n", stdout);
  for (size_t i = 0; i < words.size() && i < kListedMax; ++i) {
    const bool last = (i + 1) % beside == 0 || i + 1 == words.size();
    const std::string padding(widest + 2 - report::TerminalWidth(words[i]), ' ');
    std::fputs((words[i] + (last ? "\n" : padding)).c_str(), stdout);
  }
  if (words.size() > kListedMax) std::fputs("\u2026\n", stdout);
  std::fflush(stdout);
}

unsigned char LineEditor::Impl::OnTab(EditLine* editor, wint_t) {
  Impl& self = Of(editor);
  const LineInfoW* line = el_wline(editor);
  const std::string before =
      Narrow({line->buffer, static_cast<size_t>(line->cursor - line->buffer)});
  const report::shell::Completion found = self.complete(before);
  if (found.words.empty()) return CC_ERROR;
  std::string common = report::shell::CommonBeginning(found.words);
  const size_t typed = before.size() - found.begin;
  const bool one = found.words.size() == 1;
  if (one && !common.ends_with('(')) common += ' ';
  if (common.size() > typed) {
    // What was typed may have the letters of another case.
    el_deletestr(editor, static_cast<int>(Wide(before.substr(found.begin)).size()));
    if (el_winsertstr(editor, Wide(common).c_str()) != 0) return CC_ERROR;
    return CC_REFRESH;
  }
  List(found.words);
  return CC_REDISPLAY;
}

LineEditor::LineEditor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LineEditor::~LineEditor() = default;

Result<std::unique_ptr<LineEditor>> LineEditor::Open(const std::string& history_file,
                                                     Complete complete) {
  // libedit turns bytes to characters by the locale; everything here is UTF-8.
  if (::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) ::setlocale(LC_CTYPE, "");
  auto impl = std::make_unique<Impl>();
  impl->complete = std::move(complete);
  impl->history.reset(history_winit());
  impl->editor.reset(el_init("gamevents", stdin, stdout, stderr));
  if (!impl->history || !impl->editor) return Error{Fault::kIo, "the terminal cannot be edited on"};
  HistEventW event{};
  history_w(impl->history.get(), &event, H_SETSIZE, static_cast<int>(kHistoryMax));
  history_w(impl->history.get(), &event, H_SETUNIQUE, 1);
  if (!history_file.empty()) {
    auto file = OpenHistory(history_file);
    if (!file) return std::move(file).error();
    impl->file = std::move(*file);
    Shorten(history_file);
    for (const std::string& line : LastLines(history_file)) {
      history_w(impl->history.get(), &event, H_ENTER, Wide(line).c_str());
    }
  }
  EditLine* editor = impl->editor.get();
  el_wset(editor, EL_CLIENTDATA, impl.get());
  el_wset(editor, EL_PROMPT, &Impl::Prompt);
  el_wset(editor, EL_HIST, history_w, impl->history.get());
  el_wset(editor, EL_EDITOR, L"emacs");
  el_wset(editor, EL_GETCFN, &Impl::ReadCharacter);
  el_wset(editor, EL_ADDFN, L"gamevents-complete", L"Complete the word", &Impl::OnTab);
  el_wset(editor, EL_ADDFN, L"gamevents-cancel", L"Give the line up", &Impl::OnCancel);
  constexpr const wchar_t* kKeys[][2] = {
      {L"^I", L"gamevents-complete"}, {L"^C", L"gamevents-cancel"},
      {L"^R", L"em-inc-search-prev"}, {L"\\e[3~", L"ed-delete-next-char"},
      {L"\\e[H", L"ed-move-to-beg"},  {L"\\e[F", L"ed-move-to-end"},
      {L"\\e[1;5D", L"ed-prev-word"}, {L"\\e[1;5C", L"em-next-word"}};
  for (const auto& [key, function] : kKeys) el_wset(editor, EL_BIND, key, function, nullptr);
  // libedit draws a line of several rows wrongly when it lets the terminal move what is behind the
  // cursor; without these it writes the rest of the line again.
  for (const wchar_t* moves : {L"ic", L"IC", L"im", L"dc", L"DC"}) {
    el_wset(editor, EL_SETTC, moves, L"", nullptr);
  }
  el_source(editor, nullptr);
  // Ctrl-C is a key while a line is edited, and stops a query at other times.
  el_wset(editor, EL_SETTY, L"-d", L"-isig", nullptr);
  return std::unique_ptr<LineEditor>(new LineEditor(std::move(impl)));
}

LineEditor::Line LineEditor::Read(const std::string& prompt) {
  impl_->prompt = Wide(prompt);
  impl_->cancelled = false;
  el_resize(impl_->editor.get());
  // Before the prompt is there: who sees it may type at once.
  el_wset(impl_->editor.get(), EL_PREP_TERM, 1);
  int count = 0;
  const wchar_t* typed = el_wgets(impl_->editor.get(), &count);
  if (impl_->cancelled) return {Ended::kCancelled};
  if (typed == nullptr || count <= 0) return {Ended::kInput};
  std::wstring_view line(typed, static_cast<size_t>(count));
  while (!line.empty() && (line.back() == L'\n' || line.back() == L'\r')) line.remove_suffix(1);
  return {Ended::kLine, Narrow(line)};
}

Status LineEditor::Remember(std::string_view statement) {
  const std::string line = OnOneLine(statement);
  HistEventW event{};
  history_w(impl_->history.get(), &event, H_ENTER, Wide(line).c_str());
  if (impl_->file.get() < 0) return Done{};
  auto written = WriteAll(impl_->file.get(), line + "\n");
  if (!written) return std::move(written).error().In("the history");
  return Done{};
}

}  // namespace gamevents::cmd
