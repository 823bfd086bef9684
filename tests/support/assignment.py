"""What the assignment asks for and prints: the requests behind its table, and the table."""

from support import paths

FOLDER = paths.ROOT / "tests" / "assignment"

REQUESTS = (FOLDER / "requests.txt").read_text().split()
TABLE = (FOLDER / "table.txt").read_text()
NUMBERS = "".join(f"{number}\n" for number in range(1, 43))

ANSWERS = {
    "/": "This is the default response!\n127.0.0.1",
    "/purchase_a_sword/divya": "Hello divya!! You purchased a Sword successfully!\n",
    "/join_a_guild/divya/masadons":
        "Hey divya!! You joined the guild masadons successfully!\n",
}
