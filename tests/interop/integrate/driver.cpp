// driver URL KEY FIRST COUNT SECONDS TYPE: see test_integrate.py.
#include "game_events.h"

#include <cstdlib>
#include <iostream>

int main(int, char** arguments) {
  GameEvents events(arguments[1], arguments[2], "events.ndjson",
                    [](const std::string& text) { std::cout << text << std::endl; });
  const int first = std::atoi(arguments[3]);
  for (int number = first; number < first + std::atoi(arguments[4]); ++number) {
    events.Send(arguments[6],
                {{"user_name", "user-" + std::to_string(number % 7)}, {"number", number}});
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return events.Flush(std::chrono::seconds(std::atoi(arguments[5]))) ? 0 : 3;
}
