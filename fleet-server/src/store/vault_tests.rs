//! What is sealed opens only in its own place, with its own key.

use super::*;

#[test]
fn a_sealed_link_opens_only_in_its_own_row_with_its_own_key() {
    let (tenant, reservation) = (TenantId::generate(), ReservationId::generate());
    let link = MeetingLink::parse("https://video.example/webapp3/m/sesame").unwrap();
    let vault = Vault::new(&[7; KEY_BYTES]);
    let sealed = vault.seal(tenant, reservation, &link);
    assert!(!sealed.windows(6).any(|window| window == b"sesame"));
    assert_ne!(
        sealed,
        vault.seal(tenant, reservation, &link),
        "each sealing has its own nonce"
    );
    assert_eq!(vault.open(tenant, reservation, &sealed).unwrap(), link);

    let mut damaged = sealed.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for refused in [
        vault.open(tenant, ReservationId::generate(), &sealed),
        vault.open(TenantId::generate(), reservation, &sealed),
        Vault::new(&[8; KEY_BYTES]).open(tenant, reservation, &sealed),
        vault.open(tenant, reservation, &damaged),
        vault.open(tenant, reservation, &sealed[..5]),
    ] {
        assert!(matches!(refused, Err(StoreError::Unsealing)));
    }
}

#[test]
fn what_is_sealed_for_one_purpose_does_not_open_for_another() {
    let (tenant, reservation) = (TenantId::generate(), ReservationId::generate());
    let vault = Vault::new(&[7; KEY_BYTES]);
    let access = vault.seal_access(tenant, reservation, b"https://video.example/");
    assert!(vault.open(tenant, reservation, &access).is_err());
    assert!(vault.open_access(tenant, reservation, &access).is_ok());
    let login = StaffLoginId(reservation.0);
    assert!(vault.open_device_code(tenant, login, &access).is_err());
}

#[test]
fn a_number_is_known_again_only_for_its_own_meeting_and_by_its_own_key() {
    let (tenant, reservation) = (TenantId::generate(), ReservationId::generate());
    let number = |text| PersonalNumber::parse(text).unwrap();
    let (invited, other) = (number("191212121212"), number("198507099805"));
    let vault = Vault::new(&[7; KEY_BYTES]);
    let hash = vault.hash_of_person(tenant, reservation, &invited);
    assert!(vault.is_hash_of(hash.as_ref(), tenant, reservation, &invited));
    assert!(!vault.is_hash_of(hash.as_ref(), tenant, reservation, &other));
    let elsewhere = ReservationId::generate();
    assert!(!vault.is_hash_of(hash.as_ref(), tenant, elsewhere, &invited));
    let stolen = Vault::new(&[8; KEY_BYTES]);
    assert!(!stolen.is_hash_of(hash.as_ref(), tenant, reservation, &invited));
}
