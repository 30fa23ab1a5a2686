"""Un métier cherché, un besoin publié, les profils masqués qui y répondent. Python seul, sans rien installer.

PASSERELLE_URL : l’adresse de l’API ; PASSERELLE_KEY : votre clé (psk_test.…), droits demands:write et matching:read.
"""

import json
import os
import time
import uuid
from datetime import date, timedelta
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

URL, KEY = os.environ["PASSERELLE_URL"], os.environ["PASSERELLE_KEY"]


def ask(method, path, body=None):
    """La réponse, lue. Une demande refusée pour un moment (429, 503) est répétée, avec la même clé de répétition."""
    headers = {"Authorization": f"ApiKey {KEY}", "Content-Type": "application/json"}
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    data = None if body is None else json.dumps(body).encode()
    while True:
        try:
            with urlopen(Request(URL + path, data, headers, method=method), timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            problem = json.load(error)
            if error.code not in (429, 503):
                raise SystemExit(f"{error.code} {problem['detail']} {problem.get('remedy', '')}") from None
            time.sleep(int(error.headers["Retry-After"]))


for occupation in ask("GET", f"/vocabulary/occupations?q={quote('monteur aéronautique')}&limit=3")["items"]:
    print(occupation["code"], occupation["label"])

start = date.today() + timedelta(days=45)
demand = ask(
    "POST",
    "/demands",
    {
        "occupation": "H2901",
        "experience": "0-2",
        "municipality": "76540",
        "start_date": start.isoformat(),
        "end_date": (start + timedelta(days=90)).isoformat(),
        "working_time": "full_time",
        "shift": "day",
        "headcount": 1,
    },
)
print(demand["id"], demand["state"])

time.sleep(2)  # le besoin est indexé dans les secondes qui suivent
for match in ask("GET", f"/matching/demands/{demand['id']}/matches")["items"]:
    print(f"{match['score']:.2f}", [criterion["text"] for criterion in match["criteria"]])
