"""`pybankid` against the stand-in. Changed for the test alone: its six addresses and its trusted root, which it has built in."""

import ssl
import time

import httpx
from bankid import BankIDClient
from bankid import exceptions as errors
from bankid.qr import generate_qr_code_content

from stand_in import ELSA, VECTORS, StandIn, expect

stand_in = StandIn()
client = BankIDClient(stand_in.certificate)
context = ssl.create_default_context(cafile=stand_in.ca)
context.load_cert_chain(*stand_in.certificate)
client.client = httpx.Client(
    headers={"Content-Type": "application/json"}, verify=context, timeout=5, trust_env=False
)
for name in ("auth", "phone_auth", "sign", "phone_sign", "collect", "cancel"):
    setattr(client, f"_{name}_endpoint", stand_in.rp_url + name.replace("_", "/"))


def collected(order):
    stand_in.two_seconds_pass()
    answer = client.collect(order["orderRef"])
    return answer["status"], answer.get("hintCode")


def failure(call):
    try:
        call()
    except errors.BankIDError as error:
        return type(error).__name__, error.json.get("errorCode")
    return None


token, secret, codes = VECTORS
for t, code in enumerate(codes):
    expect(f"QR vector {t}", generate_qr_code_content(token, time.time() - t - 0.2, secret), f"bankid.{token}.{t}.{code}")

begun = time.time()
order = client.authenticate(
    end_user_ip="192.0.2.7", user_visible_data="Vård på distans", user_visible_data_format="simpleMarkdownV1",
    user_non_visible_data="kit", requirement={"pinCode": True},
)
expect("auth", collected(order), ("pending", "outstandingTransaction"))
opened = stand_in.scan(generate_qr_code_content(order["qrStartToken"], begun, order["qrStartSecret"]))
expect("scanned", collected(order), ("pending", "started"))
stand_in.step(opened, "ask")
expect("asked", collected(order), ("pending", "userSign"))
stand_in.identify(opened)
stand_in.two_seconds_pass()
complete = client.collect(order["orderRef"])
expect("complete", (complete["status"], complete["completionData"]["user"]["personalNumber"]), ("complete", ELSA))
no_such_order = ("InvalidParametersError", "invalidParameters")
expect("collected twice", failure(lambda: client.collect(order["orderRef"])), no_such_order)

order = client.sign(end_user_ip="2001:db8::7", user_visible_data="Samtycke")
expect("sign", collected(order), ("pending", "outstandingTransaction"))
expect("cancel", client.cancel(order["orderRef"]), True)
expect("collected after cancel", failure(lambda: client.collect(order["orderRef"])), no_such_order)

for start, end in ((client.phone_authenticate, True), (client.phone_sign, False)):
    texts = {} if start == client.phone_authenticate else {"user_visible_data": "Samtycke"}
    order = start(ELSA, "RP", **texts)
    opened = stand_in.open_call()
    stand_in.step(opened, "ask")
    expect("in a call", collected(order), ("pending", "userCallConfirm"))
    stand_in.step(opened, "confirm_call", {"is_true": end})
    if end:
        stand_in.identify(opened)
    wanted = ("complete", None) if end else ("failed", "userDeclinedCall")
    expect("call confirmed" if end else "call declined", collected(order), wanted)


def auth(**more):
    return client.authenticate(end_user_ip="192.0.2.7", **more)


first = auth(requirement={"personalNumber": ELSA})
second = failure(lambda: auth(requirement={"personalNumber": ELSA}))
expect("two at once", second, ("AlreadyInProgressError", "alreadyInProgress"))
expect("the first of two", collected(first), ("failed", "cancelled"))
expect("no address", failure(lambda: client.authenticate(end_user_ip="kit")), no_such_order)
for status, code, name in (
    (401, "unauthorized", "UnauthorizedError"),
    (404, "notFound", "NotFoundError"),
    (408, "requestTimeout", "RequestTimeoutError"),
    (500, "internalError", "InternalError"),
    (503, "maintenance", "MaintenanceError"),
    (429, "tooManyRequests", "BankIDError"),
):
    stand_in.fault("auth", status, code)
    expect("armed", failure(auth), (name, code))
expect("collects too soon", stand_in.counts()["early_collects"], 0)
