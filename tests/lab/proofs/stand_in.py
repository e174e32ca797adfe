"""The stand-in's other side for the proofs: its facts, its clock, and a phone.

Time is pushed where a relying party would wait two seconds, so that a proof takes moments.
"""

import json
import sys
import urllib.request

ELSA = "189001019802"
VECTORS = ("67df3917-fa0d-44e5-b327-edcc928297f8", "d28db9a7-4cde-429e-a983-359be676944c", [
    "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8",
    "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2",
    "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3",
])


class StandIn:
    """What `lab bank-id` wrote into its `lab.json`, and its control port."""

    def __init__(self):
        with open(sys.argv[1], encoding="utf-8") as file:
            facts = json.load(file)
        self.rp_url = facts["rp_url"]
        self.ca = facts["ca_pem"]
        self.certificate = (facts["rp_certificate"], facts["rp_key"])
        self.control = facts["control_url"]

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.control + path, method=method)
        request.add_header("Content-Type", "application/json")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=5) as answer:
            return json.load(answer)

    def two_seconds_pass(self):
        self.ask("POST", "/clock", {"advance_ms": 2000})

    def fault(self, to, status, error_code):
        self.ask("POST", "/faults", {"to": to, "status": status, "error_code": error_code})

    def counts(self):
        return self.ask("GET", "/")["counts"]

    def scan(self, code):
        return self.ask("POST", "/app/scan", {"qr": code})["order_ref"]

    def open_call(self):
        return self.ask("POST", "/app/call", {"personal_number": ELSA})["order_ref"]

    def step(self, order, step, body=None):
        return self.ask("POST", f"/app/orders/{order}/{step}", body or {})

    def identify(self, order):
        self.step(order, "identify", {"personal_number": ELSA})


def expect(what, seen, wanted):
    """Says what was seen, and ends the proof where it is something else."""
    if seen != wanted:
        sys.exit(f"{what}: saw {seen!r}, wanted {wanted!r}")
    print(f"{what}: {seen}")
