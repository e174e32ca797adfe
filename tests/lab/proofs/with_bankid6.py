"""`bankid6` against the stand-in. Changed for the test alone: its address, and that the environment does not change its root."""

import time

from bankid6 import BankIdClient, BankIdError, generate_qr_data

from stand_in import ELSA, VECTORS, StandIn, expect

stand_in = StandIn()
certificate, key = stand_in.certificate
client = BankIdClient(cert_pem=certificate, key_pem=key, ca_pem=stand_in.ca, request_timeout=5)
client.api_url = stand_in.rp_url
client.client.trust_env = False


def collected(order):
    stand_in.two_seconds_pass()
    answer = client.collect(order.orderRef)
    return answer.status, answer.hintCode


def failure(call):
    try:
        call()
    except BankIdError as error:
        return error.response_status, error.errorCode
    return None


token, secret, codes = VECTORS
for t, code in enumerate(codes):
    # It counts in whole seconds of the clock: begin with a fresh one.
    while time.time() % 1 > 0.5:
        time.sleep(0.05)
    expect(f"QR vector {t}", generate_qr_data(int(time.time()) - t, token, secret), f"bankid.{token}.{t}.{code}")

order = client.auth("192.0.2.7", userVisibleData="Vård på distans", userVisibleDataFormat=True, requirement={"mrtd": True})
expect("auth", collected(order), ("pending", "outstandingTransaction"))
opened = stand_in.scan(order.qr_data)
expect("scanned", collected(order), ("pending", "started"))
stand_in.step(opened, "ask")
expect("document", collected(order), ("pending", "userMrtd"))
stand_in.step(opened, "ask")
expect("asked", collected(order), ("pending", "userSign"))
stand_in.identify(opened)
stand_in.two_seconds_pass()
complete = client.collect(order.orderRef)
user = complete.completionData.user
expect("complete", (complete.status, user.personalNumber, user.name), ("complete", ELSA, "Elsa Berg"))
expect("document read", complete.completionData.stepUp, {"mrtd": True})
expect("collected twice", failure(lambda: client.collect(order.orderRef)), (400, "invalidParameters"))

order = client.sign("2001:db8::7", "Samtycke")
opened = stand_in.scan(order.qr_data)
stand_in.step(opened, "cancel")
stand_in.two_seconds_pass()
failed = client.collect(order.orderRef)
expect("given up in the app", (failed.status, failed.hintCode), ("failed", "userCancel"))
expect("recommended text", failed.message["qrcode"]["swedish"], "Åtgärden avbruten.")

order = client.phone_auth(ELSA, "user")
expect("a call", collected(order), ("pending", "outstandingTransaction"))
expect("cancel", client.cancel(order.orderRef).status_code, 200)
expect("collected after cancel", failure(lambda: client.collect(order.orderRef)), (400, "invalidParameters"))

for status, code in ((401, "unauthorized"), (404, "notFound"), (408, "requestTimeout"), (500, "internalError")):
    stand_in.fault("auth", status, code)
    expect("armed", failure(lambda: client.auth("192.0.2.7")), (status, code))
expect("collects too soon", stand_in.counts()["early_collects"], 0)
