"""driver.py URL KEY FIRST COUNT SECONDS TYPE: see test_integrate.py."""

import sys
import time

from game_events import GameEvents

url, key, first, count, seconds, event_type = sys.argv[1:]
events = GameEvents(url, key)
for number in range(int(first), int(first) + int(count)):
    events.send(event_type, user_name=f"user-{number % 7}", number=number)
    time.sleep(0.01)
sys.exit(0 if events.close(float(seconds)) else 3)
